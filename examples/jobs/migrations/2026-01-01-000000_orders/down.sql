DROP TABLE reports;
DROP TABLE orders;
