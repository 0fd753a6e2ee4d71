"""All fixture sites, by the way in which they give their lists."""

from tests.families.data import cities, hanweb, jcms, nation, trs, ucap
from tests.families.pages import cities as city_pages
from tests.families.pages import odd, shanghai, unknown
from tests.families.pages import trs as trs_pages
from tests.families.pages import ucap as ucap_pages
from tests.families.site import Site

DATA: dict[str, Site] = {site.id: site for module in (jcms, hanweb, trs, ucap, cities, nation) for site in module.SITES}
PAGES: dict[str, Site] = {
    site.id: site for module in (trs_pages, ucap_pages, shanghai, city_pages, unknown, odd) for site in module.SITES
}
EVERY: dict[str, Site] = DATA | PAGES
