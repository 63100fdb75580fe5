DROP TABLE tenancy_domains;
