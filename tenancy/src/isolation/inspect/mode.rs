//! What an application does with findings when it starts.

/// Whether an application looks for gaps in its database's walls when it starts, and what it does about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inspect {
    /// It does not start on a finding of severity `error`, nor if it cannot look. Warnings are logged.
    Strict,
    /// It logs every finding and starts.
    Warn,
    /// It does not look.
    Off,
}
