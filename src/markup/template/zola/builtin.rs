//! The shortcodes that Zola itself had: templates for sites that have none of that name.

/// The template of a shortcode.
pub(super) fn template(name: &str) -> Option<&'static str> {
    Some(match name {
        "youtube" => "<iframe src=\"https://www.youtube.com/embed/{{ id }}\" title=\"YouTube\"></iframe>",
        "vimeo" => "<iframe src=\"https://player.vimeo.com/video/{{ id }}\" title=\"Vimeo\"></iframe>",
        "streamable" => "<iframe src=\"https://streamable.com/e/{{ id }}\" title=\"Streamable\"></iframe>",
        "gist" => "<p><a href=\"{{ url | safe }}\">{{ url | safe }}</a></p>",
        _ => return None,
    })
}
