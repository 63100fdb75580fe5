DROP TABLE people;
DROP TABLE orders;
DROP TABLE vouchers;
DROP TABLE dropped;
DROP TABLE countries;
