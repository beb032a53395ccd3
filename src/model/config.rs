//! The site's configuration, checked whole.
