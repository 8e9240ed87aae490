//! What several pages are built of, one part per file.

pub mod avatar;
pub mod clock;
pub mod composer;
pub mod confirm;
pub mod conflict;
pub mod copy;
pub mod dialog;
pub mod draft;
pub mod empty;
pub mod failed;
pub mod field;
pub mod icon;
pub mod loading;
pub mod log;
pub mod message;
pub mod name;
pub mod nav;
pub mod presence;
pub mod queue;
pub mod rescue;
pub mod rows;
pub mod shell;
pub mod sign_out;
pub mod status;
pub mod when;
