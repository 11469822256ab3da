"""Make src/farthing/categorize/data/brands.tsv.zst from the npm package name-suggestion-index (BSD-3-Clause).

    python scripts/make_brands.py [--package DIR] [--words /usr/share/dict/american-english]

Without --package it is installed by name into a temporary directory. --words is a list of common words (Debian package wamerican): a
one-word brand that is also a common word is weak, which means that it counts only at the start of a text. The output is sorted, so that a
new version of the index gives a readable difference once unpacked.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zstandard

from farthing.categorize.clean import fold
from farthing.categorize.knowing.brands import spaced
from farthing.categorize.taxonomy import by_slug

DATA = Path(__file__).parent.parent / "src/farthing/categorize/data"
PACKAGE = "name-suggestion-index"
KEY_CHARS_MAX = 42
ENTRIES_MAX = 3

# In the order in which a name that stands for several trades is read: the earlier one is what the brand is known for.
TRADES = """
brands/shop/department_store general_shopping | brands/shop/supermarket groceries | brands/shop/wholesale groceries
brands/shop/furniture furnishing | brands/shop/doityourself home_improvement | brands/shop/electronics electronics
brands/amenity/fuel fuel | brands/shop/convenience convenience | brands/amenity/pharmacy pharmacy | brands/shop/chemist pharmacy
brands/amenity/fast_food fast_food | brands/amenity/restaurant restaurants | brands/shop/bakery coffee | brands/amenity/cafe coffee
brands/shop/coffee coffee | brands/shop/tea coffee | brands/shop/pastry coffee | brands/amenity/ice_cream fast_food
brands/amenity/bar bars | brands/amenity/pub bars | operators/amenity/pub bars | brands/shop/alcohol bars | brands/shop/wine bars
brands/shop/beverages bars | brands/shop/variety_store general_shopping | brands/shop/clothes clothing | brands/shop/shoes clothing
brands/shop/jewelry clothing | brands/shop/watches clothing | brands/shop/bag clothing | brands/shop/fashion_accessories clothing
brands/shop/leather clothing | brands/shop/tailor clothing | brands/shop/shoe_repair clothing | brands/shop/fabric hobbies
brands/shop/books books | brands/shop/stationery books | brands/shop/newsagent books | brands/shop/kiosk convenience
brands/shop/beauty hair_beauty | brands/shop/cosmetics hair_beauty | brands/shop/perfumery hair_beauty
brands/shop/hairdresser hair_beauty | brands/shop/hairdresser_supply hair_beauty | brands/shop/massage hair_beauty
brands/shop/tattoo hair_beauty | brands/shop/toys kids_things | brands/shop/baby_goods kids_things | brands/shop/pet pet_supplies
brands/amenity/animal_boarding pet_supplies | brands/amenity/veterinary vet | operators/amenity/veterinary vet
brands/shop/optician eye_care | brands/shop/hearing_aids care | brands/shop/medical_supply care
brands/shop/nutrition_supplements pharmacy | brands/shop/health_food groceries | brands/shop/herbalist pharmacy
brands/amenity/dentist dental | brands/amenity/doctors doctor | operators/amenity/doctors doctor | brands/amenity/clinic doctor
operators/amenity/clinic doctor | brands/amenity/hospital care | operators/amenity/hospital care | brands/healthcare/laboratory care
brands/healthcare/sample_collection care | brands/healthcare/physiotherapist care | brands/healthcare/alternative care
brands/healthcare/audiologist care | brands/healthcare/counselling care | brands/healthcare/dialysis care
brands/healthcare/rehabilitation care | operators/healthcare/dialysis care | brands/emergency/ambulance_station care
operators/emergency/ambulance_station care | brands/leisure/fitness_centre gym | brands/leisure/sports_centre sports
brands/leisure/dance sports | brands/leisure/bowling_alley events | brands/leisure/amusement_arcade games
brands/leisure/adult_gaming_centre gambling | brands/leisure/escape_game events | brands/leisure/indoor_play after_school
brands/leisure/trampoline_park events | brands/leisure/miniature_golf events | brands/leisure/high_ropes_course events
brands/leisure/sauna hair_beauty | brands/tourism/theme_park events | brands/amenity/cinema events | operators/tourism/museum events
brands/amenity/casino gambling | brands/amenity/gambling gambling | brands/shop/bookmaker gambling | operators/shop/bookmaker gambling
brands/shop/lottery gambling | brands/amenity/karaoke_box events | brands/amenity/internet_cafe games | brands/tourism/hotel lodging
brands/tourism/motel lodging | brands/tourism/hostel lodging | brands/tourism/caravan_site lodging | operators/tourism/camp_site lodging
brands/shop/travel_agency trips | brands/amenity/car_rental car_rental | brands/amenity/car_sharing car_rental
operators/amenity/car_sharing car_rental | brands/amenity/motorcycle_rental car_rental | brands/amenity/bicycle_rental ride_hailing
brands/amenity/parking parking | operators/amenity/parking parking | operators/barrier/toll_booth tolls
operators/highway/toll_gantry tolls | brands/amenity/charging_station fuel | brands/man_made/charge_point fuel
brands/amenity/car_wash vehicle_care | brands/shop/car_repair vehicle_care | brands/shop/car_parts vehicle_care
brands/shop/tyres vehicle_care | brands/shop/motorcycle_repair vehicle_care | brands/amenity/vehicle_inspection vehicle_care
brands/shop/truck_repair vehicle_care | brands/shop/car vehicle_costs | brands/shop/motorcycle vehicle_costs
brands/shop/caravan vehicle_costs | brands/shop/mobile_phone phone | operators/shop/mobile_phone phone
brands/shop/telecommunication phone | brands/office/telecommunication phone | operators/telecom/exchange phone
operators/office/energy_supplier energy | operators/office/water_utility water | brands/shop/gas energy
brands/office/insurance insurance | brands/office/insurance_adjuster insurance | brands/shop/storage_rental other_services
brands/office/tax_advisor professional | brands/office/lawyer professional | brands/office/financial_advisor professional
brands/office/coworking other_services | brands/office/moving_company other_services | brands/amenity/post_office post
operators/amenity/post_office post | brands/office/logistics post | brands/shop/copyshop post | brands/shop/laundry laundry
brands/shop/dry_cleaning laundry | brands/craft/cleaning home_help | brands/shop/pest_control home_improvement
brands/shop/hardware home_improvement | brands/shop/paint home_improvement | brands/shop/garden_centre home_improvement
brands/shop/agrarian home_improvement | brands/shop/country_store home_improvement | brands/shop/trade home_improvement
brands/shop/tiles home_improvement | brands/shop/flooring home_improvement | brands/shop/electrical home_improvement
brands/shop/bathroom_furnishing home_improvement | brands/shop/doors home_improvement | brands/shop/tool_hire home_improvement
brands/shop/plant_hire home_improvement | brands/shop/power_tools home_improvement | brands/shop/swimming_pool home_improvement
brands/shop/locksmith home_improvement | brands/shop/glaziery home_improvement | brands/craft/plumber home_improvement
brands/craft/electrician home_improvement | brands/shop/groundskeeping home_improvement | brands/shop/bed furnishing
brands/shop/kitchen furnishing | brands/shop/interior_decoration furnishing | brands/shop/household_linen furnishing
brands/shop/houseware household | brands/shop/carpet furnishing | brands/shop/curtain furnishing | brands/shop/lighting furnishing
brands/shop/window_blind furnishing | brands/shop/candles furnishing | brands/shop/appliance electronics
brands/shop/computer electronics | brands/shop/camera electronics | brands/shop/photo electronics | brands/shop/hifi electronics
brands/shop/vacuum_cleaner electronics | brands/shop/mobile_phone_accessories electronics | brands/shop/printer_ink electronics
brands/craft/electronics_repair electronics | brands/shop/video_games games | brands/shop/games games | brands/shop/anime hobbies
brands/shop/sports hobbies | brands/shop/outdoor hobbies | brands/shop/bicycle hobbies | brands/shop/fishing hobbies
brands/shop/craft hobbies | brands/shop/art hobbies | brands/shop/music hobbies | brands/shop/musical_instrument hobbies
brands/shop/model hobbies | brands/shop/party gifts | brands/shop/gift gifts | brands/shop/florist gifts | brands/shop/butcher groceries
brands/shop/deli groceries | brands/shop/cheese groceries | brands/shop/dairy groceries | brands/shop/frozen_food groceries
brands/shop/greengrocer groceries | brands/shop/seafood groceries | brands/shop/spices groceries | brands/shop/nuts groceries
brands/shop/confectionery groceries | brands/shop/chocolate groceries | brands/shop/tobacco general_shopping
brands/shop/e-cigarette general_shopping | brands/shop/cannabis general_shopping | brands/shop/second_hand general_shopping
brands/shop/charity general_shopping | brands/shop/general general_shopping | brands/shop/catalogue general_shopping
brands/shop/outpost online_shopping | brands/shop/pawnbroker general_shopping | brands/shop/ticket events | operators/shop/ticket events
brands/shop/money_lender loan_payment | brands/amenity/childcare childcare | operators/amenity/childcare childcare
brands/amenity/kindergarten childcare | brands/amenity/language_school tuition | brands/amenity/prep_school tuition
brands/amenity/music_school tuition | brands/amenity/driving_school tuition | brands/amenity/training tuition
brands/amenity/university tuition | operators/amenity/university tuition | brands/amenity/college tuition
operators/amenity/college tuition | brands/amenity/money_transfer people | brands/club/scout after_school
brands/office/mortgage mortgage
"""
TRANSIT = "public_transit"
# Owners of pylons and mains are railways and armies as well: only a name that says so sells energy or water.
ENERGY = re.compile(
    r"ENERG|POWER|ELECTRI|\bGAS\b|EDISON|UTILIT|STROM|STADTWERKE|\bELEC|\bE\.?ON\b|\bEDF\b|ENEL\b|VATTENFALL|ENDESA|IBERDROLA|HYDRO"
)
WATER = re.compile(r"WATER|WASSER|\bEAUX?\b|\bAGUAS?\b|ACQUE|UTILIT")
PRONE = {"brands/amenity/bicycle_rental", "operators/amenity/hospital", "operators/amenity/parking", "operators/amenity/clinic"}


def main() -> None:
    """Read the index, write the table, say how many."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--package", type=Path, help="directory of an installed name-suggestion-index")
    arguments.add_argument("--words", type=Path, default=Path("/usr/share/dict/american-english"))
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        package = given.package or _install(Path(temporary))
        index = json.loads((package / "dist/json/nsi.min.json").read_text(encoding="utf-8"))
        words = {fold(w) for w in given.words.read_text(encoding="utf-8").split() if "'" not in w}
        lines = sorted(_lines(index["nsi"], words))
        text = "\n".join(["\t".join(("key", "name", "slug", "countries", "weak", "trust")), *("\t".join(line[2:]) for line in lines)])
        (DATA / "brands.tsv.zst").write_bytes(zstandard.ZstdCompressor(level=19).compress(text.encode()))
        shutil.copy(package / "LICENSE.md", DATA / "brands.LICENSE.md")
    print(f"{len(lines)} names of {index['_meta']['version']}, {(DATA / 'brands.tsv.zst').stat().st_size} bytes")


def _install(directory: Path) -> Path:
    npm = shutil.which("npm")
    assert npm, "npm is needed, or --package"
    subprocess.run(
        [npm, "install", "--no-save", "--ignore-scripts", "--prefix", str(directory), PACKAGE], check=True, stdout=subprocess.DEVNULL
    )
    return directory / "node_modules" / PACKAGE


def _lines(index: dict[str, Any], words: set[str]) -> Iterator[tuple[str, ...]]:
    """(key, order, key, name, slug, countries, weak, trust) of every name, the leading trade of a name first."""
    kept: dict[str, dict[str, tuple[int, str, set[str] | None, bool]]] = {}
    for order, path, slug in _paths(index):
        for item in index.get(path, {}).get("items", []):
            places = _places(item["locationSet"].get("include", []))
            for key in _keys(item, slug, path):
                by_trade = kept.setdefault(key, {})
                known = by_trade.get(slug)
                merged = places if known is None else (None if known[2] is None or places is None else known[2] | places)
                name = item["displayName"].split(" (")[0]
                shown = name if known is None or spaced(fold(name)) == key else known[1]
                by_trade[slug] = (known[0] if known else order, shown, merged, _is_weak(key, words, path))
    for key, by_trade in kept.items():
        ranked = sorted(by_trade.items(), key=lambda entry: entry[1][0])[:ENTRIES_MAX]
        several = len({by_slug(slug).group for slug, _ in ranked}) > 1
        for n, (slug, (_, shown, places, weak)) in enumerate(ranked):
            trust = "" if not several else "820" if n == 0 else "760"
            countries = " ".join(sorted(places)) if places else ""
            yield key, str(n), key.strip(), shown.replace("\t", " "), slug, countries, "yes" if weak else "", trust


def _paths(index: dict[str, Any]) -> Iterator[tuple[int, str, str]]:
    trades = [line.split() for line in TRADES.replace("\n", "|").split("|") if line.strip()]
    order = 0
    for path, slug in trades:
        assert path in index, f"the index no longer has {path}"
        order += 1
        yield order, path, slug
    for path in sorted(index):
        if path.startswith("transit/"):
            yield order + 1, path, TRANSIT
        elif path.startswith(("operators/power/", "operators/pipeline/")):
            yield order + 2, path, "energy"
        elif path.startswith(("operators/man_made/water", "operators/man_made/wastewater")):
            yield order + 2, path, "water"


def _places(include: list[Any]) -> set[str] | None:
    """ISO countries of a location set; None: the world, or a place that has no code of its own."""
    places = set()
    for place in include:
        code = str(place).removesuffix(".geojson").split("-")[0].upper()
        if len(code) != 2 or not code.isalpha():
            return None
        places.add({"FX": "FR", "UK": "GB"}.get(code, code))
    return places or None


def _keys(item: dict[str, Any], slug: str, path: str) -> Iterator[str]:
    tags = item["tags"]
    named = [item["displayName"].split(" (")[0], *item.get("matchNames", [])]
    named += [tags[t] for t in ("name", "brand", "network", "operator", "name:en", "brand:en", "short_name", "official_name") if t in tags]
    named += [part for t in ("alt_name", "alt_name:en") if t in tags for part in tags[t].split(";")]
    if path.startswith("brands/") and "operator" in tags:
        named.remove(tags["operator"])
    seen = set()
    for name in named:
        folded = fold(name)
        key = spaced(folded)
        letters = sum(map(str.isalpha, key))
        if letters < 2 or len(key) > KEY_CHARS_MAX or key in seen or _is_noise(folded, key, slug, path):
            continue
        seen.add(key)
        yield key
        joined = key.replace(" ", "")
        if path.startswith("brands/") and key.count(" ") == 3 and len(joined) >= 8:
            yield f" {joined} "


def _is_noise(folded: str, key: str, slug: str, path: str) -> bool:
    if path.startswith(("operators/power/", "operators/pipeline/")):
        return not ENERGY.search(folded)
    if path.startswith("operators/man_made/"):
        return not WATER.search(folded)
    return path.startswith("transit/") and (len(key) < 6 or slug != TRANSIT)


def _is_weak(key: str, words: set[str], path: str) -> bool:
    """A common word, initials, digits: too common to be trusted in the middle of a text."""
    bare = key.strip()
    if " " in bare or "&" in bare:
        return False if path.startswith("brands/") else bare.count(" ") == 0
    return len(bare) <= 3 or bare in words or bare.isdigit() or path in PRONE or path.startswith("transit/")


if __name__ == "__main__":
    main()
