"""A believable sample made from a seed: the stock and the orders of a food and household wholesaler.

No set is iterated and no mathematical library is asked, so one seed and day give the same rows on every machine.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, product
from random import Random
from typing import NamedTuple

INVENTORY_COLUMNS: tuple[str, ...] = (
    *("item_code", "quantity", "receipt_date", "unit_price"),
    *("lot_number", "location", "expiration_date", "reference"),
)
# The sample's orders leave the choice of a lot to the method, so they name neither a lot nor its number.
ORDER_COLUMNS: tuple[str, ...] = (
    *("reference", "item_code", "quantity", "customer", "priority", "requested_date", "fulfilment"),
    *("location", "min_remaining_days", "single_lot", "no_date_reversal"),
)

_ORDERS = 5_000
_LINES_WEIGHTS = (25, 25, 18, 12, 8, 6, 4, 2)
_SCARCE_EVERY = 25

# Per row: product, shelf life in days (0 keeps for ever) | variants | size:yen. The size KG is sold by weight.
_ASSORTMENT = {
    "fresh": """
        LEAF 5 | LETTUCE SPINACH KOMATSUNA MIZUNA CABBAGE HAKUSAI SHUNGIKU KALE CHINGENSAI | 1P:140 10P:1280 KG:520
        ROOT 14 | DAIKON CARROT BURDOCK LOTUS TURNIP POTATO SWEETPOTATO TARO YAMAIMO ONION | 1P:150 5KG:1450 KG:330
        VEGETABLE 7 | TOMATO CUCUMBER EGGPLANT PUMPKIN OKRA PIMAN BROCCOLI CORN NEGI BEAN | 1P:190 3KG:1650 KG:610
        MUSHROOM 7 | SHIITAKE ENOKI MAITAKE SHIMEJI ERYNGII BUTTON NAMEKO | 100G:130 200G:240 1KG:1080
        FRUIT 10 | APPLE PEAR PEACH GRAPE PERSIMMON BANANA KIWI MELON STRAWBERRY PLUM CHERRY | 1P:260 CASE:4900 KG:880
        CITRUS 21 | MIKAN LEMON YUZU ORANGE GRAPEFRUIT SUDACHI LIME AMANATSU | 1P:240 5KG:2600 KG:570
        BEEF 7 | LOIN RIB CHUCK ROUND SHANK MINCE TONGUE TENDERLOIN | 200G:980 500G:2300 KG:4300
        WAGYU 7 | LOIN RIB CHUCK ROUND SUKIYAKI YAKINIKU SHABU | 200G:2400 500G:5700 KG:10800
        PORK 6 | LOIN BELLY SHOULDER FILLET MINCE TONKATSU SHABU RIB SPARERIB | 200G:360 500G:840 KG:1550
        CHICKEN 5 | THIGH BREAST WING TENDER MINCE LIVER NECK GIZZARD | 300G:330 2KG:1700 KG:920
        FISH 4 | SALMON SABA AJI BURI TAI HIRAME SANMA IWASHI KAREI TARA | 2P:420 KG:1900
        SASHIMI 3 | MAGURO HAMACHI SALMON TAI IKA TAKO HOTATE UNI EBI ENGAWA | 1P:680 KG:5200
        BREAD 4 | WHITE WHOLEWHEAT RAISIN RYE MELON ANPAN CURRY BAGUETTE ROLL CREAM CROISSANT | 1P:150 6P:780
    """,
    "chilled": """
        MILK 12 | WHOLE LOWFAT NONFAT COFFEE FRUIT JERSEY SOY OAT | 200ML:85 500ML:140 1L:215
        YOGURT 21 | PLAIN SWEET STRAWBERRY BLUEBERRY ALOE GREEK DRINK MANGO | 100G:88 400G:185 3P:230
        CHEESE 90 | MOZZARELLA CHEDDAR GOUDA CAMEMBERT CREAM PARMESAN SLICE RICOTTA BLUE | 100G:310 200G:560 1KG:1950
        BUTTER 180 | SALTED UNSALTED CULTURED WHIPPED GHEE GARLIC | 100G:260 200G:430 450G:890
        EGG 18 | WHITE BROWN ORGANIC QUAIL BOILED JUMBO | 6P:165 10P:255 30P:740
        TOFU 10 | MOMEN KINU YAKI ATSUAGE ABURAAGE GOMA OBORO | 150G:65 300G:98 3P:160
        NATTO 10 | SMALL LARGE HIKIWARI BLACK ORGANIC | 1P:48 3P:110 12P:410
        HAM 30 | ROAST SMOKED PROSCIUTTO BONELESS BACON SALAMI PASTRAMI | 100G:240 500G:950 1KG:1720
        SAUSAGE 30 | WIENER FRANKFURT CHORIZO HERB CHEESE BLACKPEPPER BRATWURST | 120G:220 500G:760 1KG:1380
        KAMABOKO 20 | WHITE RED CHIKUWA HANPEN SATSUMAAGE NARUTO KANIKAMA | 1P:145 2P:270 5P:650
        PICKLE 45 | TAKUAN UMEBOSHI NOZAWANA SHIBAZUKE KIMCHI RAKKYO GARI | 100G:185 300G:430 1KG:1150
        DESSERT 25 | PUDDING JELLY ANNIN TIRAMISU MOCHI CHEESECAKE WARABIMOCHI DORAYAKI | 1P:110 4P:390 24P:2250
    """,
    "frozen": """
        GYOZA 365 | PORK CHICKEN VEGETABLE SHRIMP CHEESE SHISO GARLIC YUZU KIMCHI | 12P:240 30P:540 100P:1650
        FROZEN-VEG 540 | EDAMAME SPINACH CORN BROCCOLI OKRA PUMPKIN MIXED RENKON GOBO | 300G:190 500G:290 1KG:520
        FROZEN-FISH 365 | SALMON SABA COD SHRIMP SQUID SCALLOP OCTOPUS CRAB EEL | 200G:480 1KG:2050 KG:1880
        FROZEN-MEAT 365 | KARAAGE HAMBURG MENCHI MEATBALL NUGGET TONKATSU YAKITORI | 250G:310 1KG:1090 2KG:2050
        FRIES 540 | SHOESTRING CRINKLE WEDGE HASHBROWN SWEETPOTATO CURLY SKINON | 500G:220 1KG:390 2KG:720
        FROZEN-NOODLE 365 | UDON SOBA RAMEN SPAGHETTI CHAMPON YAKISOBA TANTAN TSUKEMEN | 1P:95 5P:420 40P:3100
        PIZZA 270 | MARGHERITA PEPPERONI SEAFOOD TERIYAKI QUATTRO BISMARCK MARINARA | 20CM:420 25CM:610 30CM:880
        ICE 0 | VANILLA MATCHA CHOCOLATE STRAWBERRY AZUKI LEMON CARAMEL COFFEE | 120ML:120 500ML:450 2L:1350
    """,
    "dry": """
        RICE 365 | KOSHI AKITA HITOME SASA YUME GENMAI MOCHI HAIGA JASMINE BASMATI | 1KG:620 2KG:1180 5KG:2750 10KG:5300
        FLOUR 365 | CAKE BREAD PLAIN RYE TEMPURA OKONOMI KATAKURI KARAAGE | 500G:190 1KG:320 10KG:2600 25KG:5900
        SUGAR 0 | WHITE BROWN GRANULATED BLACK CUBE POWDER ROCK | 500G:180 1KG:260 20KG:4500
        SOY 540 | DARK LIGHT TAMARI WHITE SASHIMI LOWSALT DASHI KELP | 150ML:160 500ML:240 1L:330 1800ML:560
        MISO 270 | RED WHITE AWASE HATCHO BARLEY DASHI LOWSALT RICE | 300G:250 750G:390 1KG:480 10KG:3600
        VINEGAR 720 | RICE BLACK APPLE WINE BALSAMIC SUSHI PONZU PLUM | 150ML:190 500ML:290 1800ML:820
        MIRIN 540 | HON SEASONING LOWSALT RICE ORGANIC | 500ML:310 1L:520 1800ML:880
        OIL 540 | CANOLA SESAME OLIVE SUNFLOWER RICEBRAN CORN SALAD | 200G:290 600G:480 1KG:690 16KG:7200
        SAUCE 365 | TONKATSU OKONOMI WORCESTER OYSTER CHILI TERIYAKI YAKINIKU BARBECUE | 200ML:210 500ML:370 1800ML:1080
        DRESSING 240 | GOMA WAFU CAESAR ITALIAN FRENCH ONION YUZU | 190ML:230 380ML:390 1L:760
        KETCHUP 540 | PLAIN SPICY ORGANIC LOWSALT CURRY | 180G:140 500G:240 1KG:420 3KG:980
        CURRY 540 | MILD MEDIUM HOT KEEMA BUTTER GREEN VEGETABLE | 1P:170 240G:260 1KG:880 3KG:2300
        DASHI 365 | KATSUO KOMBU NIBOSHI AWASE SHIITAKE AGO VEGETABLE | 50G:240 150G:580 1KG:2400
        SPICE 720 | PEPPER SHICHIMI WASABI SANSHO CUMIN PAPRIKA GINGER GARLIC BASIL | 20G:160 100G:480 500G:1750
        PASTA 900 | SPAGHETTI PENNE FUSILLI LINGUINE MACARONI FARFALLE LASAGNE | 300G:180 500G:270 1KG:490 5KG:2200
        NOODLE 540 | SOBA UDON SOMEN HIYAMUGI RAMEN BEEFUN HARUSAME KISHIMEN SHIRATAKI | 200G:150 400G:270 1KG:590
        INSTANT 180 | SHOYU MISO SHIO TONKOTSU CURRY SEAFOOD TANTAN YAKISOBA UDON | 1P:128 5P:480 12P:1390
        BEAN 540 | AZUKI SOYBEAN BLACK KIDNEY LENTIL CHICKPEA MUNG | 250G:270 1KG:890 KG:830
        SEAWEED 300 | NORI WAKAME HIJIKI KOMBU AONORI MOZUKU | 20G:280 100G:790 500G:3200
        SOUP 365 | CORN PUMPKIN MINESTRONE CLAM ONION MISO EGG PORKMISO | 1P:105 3P:290 8P:640
        CAN-FISH 1095 | TUNA SABA SANMA SALMON ANCHOVY CRAB CLAM SARDINE | 1P:190 3P:520 24P:3950
        CAN-FRUIT 1095 | PEACH MIKAN PINEAPPLE CHERRY COCKTAIL APRICOT LYCHEE | 190G:170 425G:310 24P:6600
        SNACK 120 | POTATO CORN SHRIMP PRETZEL POPCORN SENBEI ARARE WASABIPEA | 50G:88 120G:170 12P:1020
        COOKIE 240 | BUTTER CHOCOCHIP OATMEAL MATCHA SESAME LEMON ALMOND SHORTBREAD | 8P:190 20P:430 48P:980
        CHOCOLATE 365 | MILK DARK WHITE MATCHA ALMOND STRAWBERRY HAZELNUT | 50G:118 150G:320 1KG:1690
        NUTS 240 | ALMOND CASHEW WALNUT PEANUT MIXED PISTACHIO MACADAMIA | 80G:260 200G:590 1KG:2350
        JAM 540 | STRAWBERRY BLUEBERRY ORANGE APPLE FIG APRICOT YUZU GRAPE | 150G:240 300G:420 1KG:1050
    """,
    "drink": """
        TEA 365 | GREEN HOJI GENMAI OOLONG BARLEY BLACK JASMINE BUCKWHEAT | 500ML:92 2L:165 24X500ML:2050 100G:520
        COFFEE 365 | BLACK LATTE SWEET DECAF MOCHA KILIMANJARO HOUSE | 185ML:78 900ML:190 30X185ML:2150 200G:690
        WATER 720 | STILL SPARKLING LEMON HARD SOFT MINERAL | 500ML:68 2L:98 24X500ML:1490 6X2L:560
        JUICE 270 | ORANGE APPLE GRAPE TOMATO VEGETABLE PINEAPPLE YUZU PEACH | 200ML:82 1L:190 24X200ML:1850
        SODA 270 | COLA LEMON GINGER MELON GRAPE TONIC GRAPEFRUIT | 350ML:75 1500ML:165 24X350ML:1680
        SPORTS 360 | PLAIN CITRUS LIGHT JELLY POWDER GRAPEFRUIT | 500ML:98 2L:190 24X500ML:2180
        BEER 270 | LAGER PILSNER DARK WHEAT ALCOHOLFREE PALEALE | 350ML:175 500ML:235 24X350ML:4050 10L:5400
        SAKE 365 | JUNMAI GINJO DAIGINJO HONJOZO NIGORI SPARKLING KIMOTO | 300ML:480 720ML:1280 1800ML:2350
        SHOCHU 0 | BARLEY SWEETPOTATO RICE BROWNSUGAR BUCKWHEAT SESAME | 720ML:990 1800ML:1850 4L:2700
        WINE 0 | RED WHITE ROSE SPARKLING PLUM ORANGE | 375ML:560 750ML:950 3L:1750
    """,
    "household": """
        TISSUE 0 | PLAIN SOFT LOTION POCKET RECYCLED BAMBOO | 1P:72 5P:310 60P:3500
        TOILETPAPER 0 | SINGLE DOUBLE LONG SCENTED RECYCLED PRINTED | 4P:220 12P:460 96P:3450
        WRAP 0 | CLING FOIL BAKING PAPER MICROWAVE | 20M:150 50M:310 100M:560
        TRASHBAG 0 | CLEAR BLACK WHITE BLUE COMPOST | 20L:110 45L:190 70L:280 90L:390
        LAUNDRY 0 | LIQUID POWDER GEL DELICATE SOFTENER BLEACH BABY | 500G:240 900G:370 4KG:1480
        DISHSOAP 0 | LEMON ORANGE MINT UNSCENTED MACHINE GREENTEA | 240ML:140 700ML:320 4L:1150
        CLEANER 0 | BATH TOILET KITCHEN GLASS FLOOR DRAIN MOLD | 400ML:210 800ML:370 4L:1390
        SHAMPOO 0 | MOIST SMOOTH SCALP KIDS TREATMENT CONDITIONER HERBAL | 50ML:120 450ML:520 1L:990 10L:4900
        BODYSOAP 0 | MILK CITRUS FLORAL MEDICATED BAR CHARCOAL | 90G:95 500ML:390 1L:690 10L:3800
        HANDSOAP 0 | FOAM LIQUID GEL SANITIZER KITCHEN | 250ML:230 500ML:380 5L:1950
        TOOTHPASTE 0 | MINT WHITENING KIDS SENSITIVE SALT HERB | 30G:110 120G:240 200G:390
        TOOTHBRUSH 0 | SOFT MEDIUM HARD KIDS COMPACT TAPERED | 1P:98 3P:260 72P:4900
        DIAPER 0 | NEWBORN SMALL MEDIUM LARGE JUMBO ADULT | 20P:790 60P:1650 120P:3100
        SPONGE 0 | SOFT HARD MELAMINE STEEL NET BOTTLE | 1P:58 3P:140 40P:1500
        BATTERY 0 | AA AAA C D BUTTON 9V | 2P:190 4P:330 20P:1280
        CHOPSTICK 0 | BAMBOO ASPEN SUGI CHILDREN HINOKI | 20P:98 100P:340 3000P:7800
        TABLEWARE 0 | CUP LID PLATE BOWL SPOON FORK STRAW TRAY | 50P:240 100P:430 1000P:3600
        MASK 0 | PLAIN PLEATED KIDS COOL LARGE | 7P:240 30P:490 50P:640 2000P:13500
    """,
}


class _Kind(NamedTuple):
    """What sort of customer wants how much of what."""

    name: str
    wants: dict[str, int]
    most: int
    by_case: bool


_KINDS = (
    _Kind("Supermarket", {"fresh": 3, "chilled": 5, "frozen": 3, "dry": 4, "drink": 4, "household": 2}, 6, True),
    _Kind("Restaurant", {"fresh": 6, "chilled": 3, "frozen": 3, "dry": 3, "drink": 4, "household": 1}, 16, False),
    _Kind("Drugstore", {"fresh": 0, "chilled": 1, "frozen": 1, "dry": 2, "drink": 4, "household": 8}, 4, True),
    _Kind("School Kitchen", {"fresh": 6, "chilled": 5, "frozen": 3, "dry": 4, "drink": 1, "household": 1}, 40, False),
)
_NAMES = (
    *("Aoba", "Kaede", "Tsubaki", "Suzuran", "Hibari", "Chidori", "Komorebi", "Hinode", "Akebono", "Tsukushi"),
    *("Nadeshiko", "Botan", "Kikyo", "Tanpopo", "Sumire"),
)
# Each location serves the customers of one town and holds this share of the lots.
_LOCATIONS = {"TOKYO-A": 35, "TOKYO-B": 20, "OSAKA": 25, "NAGOYA": 12, "FUKUOKA": 8}
_TOWNS = {"Ueno": "TOKYO-A", "Shibuya": "TOKYO-B", "Umeda": "OSAKA", "Sakae": "NAGOYA", "Hakata": "FUKUOKA"}


class _Item(NamedTuple):
    code: str
    department: str
    shelf_life: int
    price: int
    """In hundredths of a yen."""

    @property
    def by_weight(self) -> bool:
        return self.code.endswith("-KG")

    @property
    def case(self) -> int:
        """The pieces of a case: the dearer, the fewer."""
        return max(1, 24 // (self.price // 30_000 + 1))


def sample_inventories(seed: int, today: date) -> Iterator[dict[str, str]]:
    """Yield the rows of inventories.csv, oldest receipt first; inbound lots come last.

    Stock is sized by the demand of the same seed and day, so that most of it can be served and some items are scarce.
    """
    random, items = _assortment(seed)
    demand: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in _orders(random, items, today):
        demand[row["item_code"]] += Decimal(row["quantity"])
    lots = [
        lot
        for rank, item in enumerate(items)
        # Every 25th by popularity: scarcity meets best sellers and slow movers alike.
        for lot in _lots(random, item, int(demand[item.code] * 1000), rank % _SCARCE_EVERY == 7, today)
    ]
    lots.sort(key=lambda lot: lot["receipt_date"])
    of_the_day: Counter[str] = Counter()
    for number, lot in enumerate(lots, 1):
        received = lot["receipt_date"]
        of_the_day[received] += 1
        year, month, day = received.split("-")
        # Numbered once all stand in order of receipt; what never expires is not traced by lot.
        lot["lot_number"] = f"L{year[2:]}-{month}{day}-{of_the_day[received]:02d}" if lot["expiration_date"] else ""
        lot["reference"] = f"RC-{year}-{number:06d}"
        yield lot


def sample_orders(seed: int, today: date) -> Iterator[dict[str, str]]:
    """Yield the rows of orders.csv, the lines of an order one after the other."""
    return _orders(*_assortment(seed), today)


def _assortment(seed: int) -> tuple[Random, list[_Item]]:
    """Return the items by popularity, and the generator to go on with."""
    random = Random(seed)  # noqa: S311 - sample data, not secrets
    items = []
    for department, table in _ASSORTMENT.items():
        for row in table.strip().splitlines():
            (name, shelf_life), variants, sizes = (part.split() for part in row.split("|"))
            for variant in variants:
                level = random.randint(80, 125)
                for size, yen in (size.split(":") for size in sizes):
                    items.append(_Item(f"{name}-{variant}-{size}", department, int(shelf_life), int(yen) * level))
    random.shuffle(items)
    return random, items


def _orders(random: Random, items: list[_Item], today: date) -> Iterator[dict[str, str]]:
    customers = list(product(_KINDS, _NAMES, _TOWNS))
    random.shuffle(customers)
    # Zipf's law for items and customers, flattened at the head so that no single one rules the sample.
    popularity = {
        kind.name: list(accumulate(kind.wants[item.department] * 10**9 // rank for rank, item in enumerate(items, 20)))
        for kind in _KINDS
    }
    buyers = random.choices(customers, weights=[10**9 // rank for rank in range(10, 10 + len(customers))], k=_ORDERS)
    sizes = random.choices(range(1, len(_LINES_WEIGHTS) + 1), weights=_LINES_WEIGHTS, k=_ORDERS)
    for number, ((kind, name, town), size) in enumerate(zip(buyers, sizes, strict=True), 1):
        priority = random.choices((0, 5, 9), weights=(88, 9, 3))[0]
        # The earlier of two draws: most goods are wanted soon.
        requested = today + timedelta(days=min(random.randint(-3, 14), random.randint(-3, 14)))
        fulfilment = "complete" if random.randrange(100) < 8 else "partial"
        for item in dict.fromkeys(random.choices(items, cum_weights=popularity[kind.name], k=size)):
            # The retailers' one-third rule: no more than a third of the shelf life may be gone on delivery.
            fussy = kind.name == "Supermarket" and item.shelf_life >= 30 and random.randrange(100) < 25
            yield {
                "reference": f"SO-{today.year}-{number:06d}",
                "item_code": item.code,
                "quantity": _ordered(random, kind, item),
                "customer": f"{name} {kind.name} {town}",
                "priority": str(priority),
                "requested_date": requested.isoformat(),
                "fulfilment": fulfilment,
                "location": _TOWNS[town] if random.randrange(100) < 3 else "",
                "min_remaining_days": str(item.shelf_life * 2 // 3) if fussy else "",
                "single_lot": "true" if random.randrange(100) < 3 else "",
                "no_date_reversal": "true" if item.shelf_life and random.randrange(100) < 5 else "",
            }


def _ordered(random: Random, kind: _Kind, item: _Item) -> str:
    if item.by_weight:
        return _quantity(random.randint(1, kind.most * 4) * 250)
    return str(random.randint(1, kind.most) * (item.case if kind.by_case else 1))


def _quantity(thousandths: int) -> str:
    """Write thousandths in the shortest form."""
    return str(Decimal(thousandths) / 1000)


def _lots(random: Random, item: _Item, demand: int, scarce: bool, today: date) -> Iterator[dict[str, str]]:
    """Split what the item's demand, in thousandths, calls for over receipts whose price drifts from one to the next."""
    unit = 1 if item.by_weight else 1000
    total = demand // 2 if scarce else demand * random.randint(105, 240) // 100 + item.case * 1000
    shares = [random.randint(1, 5) for _ in range(random.randint(1, 8))]
    price = item.price
    dates = sorted(_dates(random, item.shelf_life, today) for _ in shares)
    for share, (received, expires) in zip(shares, dates, strict=True):
        price = price * random.randint(970, 1035) // 1000
        yield {
            "item_code": item.code,
            "quantity": _quantity(max(unit, total * share // sum(shares) // unit * unit)),
            "receipt_date": received,
            "unit_price": f"{price // 100}.{price % 100:02d}",
            "lot_number": "",
            "location": random.choices(tuple(_LOCATIONS), weights=tuple(_LOCATIONS.values()))[0],
            "expiration_date": expires,
            "reference": "",
        }


def _dates(random: Random, shelf_life: int, today: date) -> tuple[str, str]:
    """Return when a lot is received and when it expires: a few are inbound, a few just expired or about to."""
    chance = random.randrange(100)
    if shelf_life and chance < 3:
        expires = today + timedelta(days=random.randint(-7, 3))
        received = expires - timedelta(days=min(shelf_life, random.randint(10, 120)))
        return received.isoformat(), expires.isoformat()
    oldest = min(120, shelf_life * 2 // 3) if shelf_life else 120
    received = today + timedelta(days=random.randint(1, 14) if chance >= 95 else -random.randint(0, oldest))
    # The maker's own store has used up to a tenth of the shelf life.
    expires = received + timedelta(days=shelf_life - random.randint(0, shelf_life // 10))
    return received.isoformat(), expires.isoformat() if shelf_life else ""
