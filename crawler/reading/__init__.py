"""Pure reading: bytes in, text and facts out. No network, database, settings or clock.

The way of a page:

    bytes ─ charset.decode ─ page.open_page ┬ article.read_article → Article
                                            └ listing.find_rows / select_rows → Row, Row, …

`page` mends the markup with lexbor before anything else looks at it: libxml2 stops at the first `</html>`, and a page
of a government site may have two. Whatever cannot be read ends in `UnreadablePage` with a reason, never in another
error and never in an empty article.

What an article says is looked for where the site states it, best first:

    title            meta ArticleTitle, known title elements and headings, any element that repeats a part of <title>,
                     <title> without the site's name; where it names a column or an office, the line over the day
    published        meta PubDate and its kin, a labelled field (发布日期：…), a date beside the title, the date under
                     the signature, the first full date of the text; a script's data at last, never the address or
                     `Maketime`
    agency           a labelled issuer (发文机关), the signature, the letterhead, the title's first words, meta
                     ContentSource and a labelled source (来源) when they are offices; else whoever posted it
    document number  the title, a labelled field, a first line that is nothing else; never a citation in running text
    body             the containers that the systems of government sites use (`body`), the element where the running
                     text lies (`densest`), trafilatura, a lone table, a string that a script would write, what stands
                     below the title (`below`); else files and pictures there (`shown`)

`facts` puts together all official facts (`crawler.notice.Facts`), each with where it was read; `signature`, `kinds`,
`effective`, `deadlines`, `periods`, `validity`, `contact` and `posting` each know one of them. All are counted from the
notice's own day, never from today.

`markup` turns a piece of mended HTML into lines: one paragraph a line, table cells parted by a tab. `titles`, `body`,
`facts` and `attachments` each answer one question about a page; `labels` reads label and value structurally, and
`official` knows the form of a document number. Where no name and no meta tag helps, the place of the title does:
`headline` finds it by what <title> repeats or over the line that dates the page, `holding` the element that holds it,
and what stands before it is no text. `hidden` knows what no reader sees, `others` the links to other
articles that stand within one.

A list is found by its shape: `grouping` climbs from each link to the element that also shows a date, `rows` reads what
stands there, `records` opens the lists that JCMS keeps inside a script.

The way of a bulletin: `masthead` reads its head; `contents` reads the table of contents and `standing` finds its titles
in the body (`headings` does, where there are no contents and it is safe); `paragraphs` joins the sentences that a page
has cut; `bulletin` puts it together. `place` says where a notice belongs.
"""
