//! Starts the page.

fn main() {
    tavern::driver::crash::show_panics();
    leptos::mount::mount_to_body(tavern::app::App);
}
