//! What resources carry.
