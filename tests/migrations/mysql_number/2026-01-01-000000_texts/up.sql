-- The tenant column is a number here, and a text in `table!`.
CREATE TABLE texts (tenant_id INT NOT NULL, id INTEGER, body TEXT);
