//! wip
use crate::context::ScopeError;
/// error
#[derive(Debug, thiserror::Error)]
pub enum TenancyError { 
 /// scope
 #[error(transparent)] Scope(#[from] ScopeError) }
