//! Text from outside in the owner's pages.

use maud::Render;

/// Text that a visitor's page sent, or that somebody wrote into a configuration. maud writes out what is
/// markup between tags and in double quotes; this writes the apostrophe out too, so that a name is the same
/// text wherever it stands and no quotes of either kind can end in it.
pub struct OutsideText<'a>(pub &'a str);

impl Render for OutsideText<'_> {
    fn render_to(&self, html: &mut String) {
        for (index, part) in self.0.split('\'').enumerate() {
            if index > 0 {
                html.push_str("&#39;");
            }
            part.render_to(html);
        }
    }
}

#[cfg(test)]
mod tests {
    use maud::Render;

    use super::OutsideText;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let html = OutsideText("<a href='x'>\"&").render().into_string();
        assert_eq!(html, "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
    }
}
