DROP TABLE tenancy_audit;
