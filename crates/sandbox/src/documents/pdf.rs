use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const FONT: Ref = Ref::new(3);
const FONT_NAME: Name<'static> = Name(b"F1");

/// A document of one page for each list of lines.
pub(super) fn write(pages: &[Vec<String>]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.catalog(CATALOG).pages(PAGES);
    pdf.type1_font(FONT).base_font(Name(b"Helvetica"));
    let mut next = 4;
    let mut kids = Vec::with_capacity(pages.len());
    for lines in pages {
        kids.push(page(&mut pdf, lines, &mut next));
    }
    let count = i32::try_from(kids.len()).unwrap_or(i32::MAX);
    pdf.pages(PAGES).kids(kids).count(count);
    pdf.finish()
}

fn page(pdf: &mut Pdf, lines: &[String], next: &mut i32) -> Ref {
    let (page_id, content_id) = (Ref::new(*next), Ref::new(*next + 1));
    *next += 2;
    let mut page = pdf.page(page_id);
    page.media_box(Rect::new(0.0, 0.0, 612.0, 792.0))
        .parent(PAGES)
        .contents(content_id);
    page.resources().fonts().pair(FONT_NAME, FONT);
    page.finish();
    let mut content = Content::new();
    content
        .begin_text()
        .set_font(FONT_NAME, 12.0)
        .set_leading(18.0)
        .next_line(72.0, 720.0);
    for line in lines {
        content
            .show(Str(printable(line).as_bytes()))
            .next_line_using_leading();
    }
    content.end_text();
    pdf.stream(content_id, &content.finish());
    page_id
}

/// The built-in fonts of PDF know more than ASCII only with an encoding that is not worth it here.
fn printable(line: &str) -> String {
    line.chars()
        .map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_its_pages_and_their_text() {
        let pdf = write(&[vec!["One (1)".to_owned()], vec!["Zwölf".to_owned()]]);
        let text = String::from_utf8_lossy(&pdf);
        assert!(text.starts_with("%PDF-") && text.trim_end().ends_with("%%EOF"));
        assert!(text.contains("/Count 2") && text.contains("Zw?lf"), "{text}");
    }
}
