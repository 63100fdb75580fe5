DROP TABLE tenancy_tenants;
