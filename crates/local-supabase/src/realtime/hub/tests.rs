//! The registry by itself: what each side is sent, and in which order.
