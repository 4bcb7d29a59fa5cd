//! How far evaluation goes. Reaching one of these ends in a problem that names it.

/// Expressions within expressions, through references and modules.
pub const MAX_DEPTH: usize = 250;

/// Steps of evaluation for one variable, local, output or resource, not counting those for what
/// it refers to.
pub const MAX_WORK: usize = 2_000_000;

/// Steps of evaluation in one deployment.
pub const MAX_TOTAL_WORK: usize = 40_000_000;

/// Elements that one `for` expression or splat may have.
pub const MAX_ELEMENTS: usize = 200_000;

/// Values in one value, those that it shares with others included: small expressions can double
/// a value many times.
pub const MAX_PARTS: usize = 500_000;

/// Bytes of text that count as one step where they are copied or read.
pub const BYTES_PER_STEP: usize = 128;

/// Bytes in one text.
pub const MAX_TEXT: usize = 16 * 1024 * 1024;

/// Modules within modules.
pub const MAX_MODULE_DEPTH: usize = 32;

/// Module instances in one deployment.
pub const MAX_MODULES: usize = 10_000;

/// Instances of one resource or module call.
pub const MAX_INSTANCES: usize = 2_000;

/// Templates that render templates.
pub const MAX_TEMPLATES: usize = 8;

/// States of other root modules that one deployment may read.
pub const MAX_STATES: usize = 100;
