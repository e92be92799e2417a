//! What a tag is called.

use liquid_core::{BlockReflection, TagReflection};

/// The name of a tag, and of the one that closes it.
pub(super) struct Name {
    pub start: &'static str,
    pub end: &'static str,
}

impl TagReflection for Name {
    fn tag(&self) -> &'static str {
        self.start
    }

    fn description(&self) -> &'static str {
        ""
    }
}

impl BlockReflection for Name {
    fn start_tag(&self) -> &'static str {
        self.start
    }

    fn end_tag(&self) -> &'static str {
        self.end
    }

    fn description(&self) -> &'static str {
        ""
    }
}
