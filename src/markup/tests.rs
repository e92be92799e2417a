//! Whole bodies through all passes, and what must hold of any body.
