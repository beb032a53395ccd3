//! The record of one decision.
