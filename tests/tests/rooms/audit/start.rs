//! What an application does with findings.
