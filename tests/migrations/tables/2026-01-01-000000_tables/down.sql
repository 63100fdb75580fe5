DROP TABLE tags;
DROP TABLE items;
DROP TABLE countries;
DROP TABLE orders;
DROP TABLE customers;
