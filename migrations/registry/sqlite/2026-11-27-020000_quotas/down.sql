DROP TABLE tenancy_quotas;
