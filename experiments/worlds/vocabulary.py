"""The words simulated creators and brands write in: niches and themes in seven languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CATEGORIES: Final = (
    "skincare",
    "fitness",
    "food",
    "fashion",
    "gaming",
    "travel",
    "tech",
    "parenting",
)
LANGUAGES: Final = ("en", "es", "de", "fr", "ja", "ar", "hi")
#: What a creator's style and a brand's brief can be about, across categories.
THEMES: Final = ("natural", "luxury", "budget", "family", "active")

#: Words of each category, by language, in the order of CATEGORIES.
CATEGORY_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "skin serum cream glow routine cleanser",
        "workout muscle gym training protein stretch",
        "recipe kitchen taste dinner baking flavour",
        "outfit dress style wardrobe sneakers fabric",
        "game level console player quest controller",
        "journey flight beach hotel city suitcase",
        "phone laptop camera battery screen gadget",
        "baby toddler school bedtime toys nursery",
    ),
    "es": (
        "piel sérum crema brillo rutina limpiador",
        "entreno músculo gimnasio ejercicio proteína estiramiento",
        "receta cocina sabor cena horno postre",
        "vestido falda estilo armario zapatillas tela",
        "juego nivel consola jugador misión mando",
        "viaje vuelo playa hotel ciudad maleta",
        "móvil portátil cámara batería pantalla aparato",
        "bebé niños escuela cuna juguetes pañales",
    ),
    "de": (
        "haut serum creme strahlen pflege reinigung",
        "training muskeln studio übung eiweiß dehnen",
        "rezept küche geschmack abendessen backen gewürz",
        "kleid hose stil schrank turnschuhe stoff",
        "spiel stufe konsole spieler aufgabe steuerung",
        "reise flug strand unterkunft stadt koffer",
        "handy rechner kamera akku bildschirm gerät",
        "baby kleinkind schule einschlafen spielzeug wickeln",
    ),
    "fr": (
        "peau sérum crème éclat rituel nettoyant",
        "séance muscle salle exercice protéine étirement",
        "recette cuisine goût dîner four saveur",
        "robe jupe style garde-robe baskets tissu",
        "jeu niveau console joueur quête manette",
        "voyage vol plage hôtel ville valise",
        "téléphone ordinateur caméra batterie écran appareil",
        "bébé enfant école coucher jouets couches",
    ),
    "ja": (
        "肌 美容液 クリーム つや 手入れ 洗顔",
        "運動 筋肉 ジム 練習 たんぱく質 ストレッチ",
        "レシピ 台所 味 夕食 お菓子 香り",
        "服 ドレス 着こなし クローゼット スニーカー 生地",
        "ゲーム レベル コンソール プレイヤー 冒険 対戦",
        "旅 飛行機 海岸 ホテル 街 鞄",
        "携帯 パソコン カメラ 電池 画面 機器",
        "赤ちゃん 幼児 学校 寝かしつけ おもちゃ 子育て",
    ),
    "ar": (
        "بشرة سيروم كريم إشراق عناية غسول",
        "تمرين عضلات نادي تدريب بروتين إطالة",
        "وصفة مطبخ طعم عشاء خبز نكهة",
        "فستان ملابس أناقة خزانة حذاء قماش",
        "لعبة مستوى منصة لاعب مهمة تحكم",
        "رحلة طيران شاطئ فندق مدينة حقيبة",
        "هاتف حاسوب كاميرا بطارية شاشة جهاز",
        "رضيع طفل مدرسة نوم ألعاب حضانة",
    ),
    "hi": (
        "त्वचा सीरम क्रीम चमक देखभाल सफाई",
        "कसरत मांसपेशी जिम अभ्यास प्रोटीन खिंचाव",
        "रेसिपी रसोई स्वाद भोजन मिठाई मसाला",
        "पोशाक कपड़े अंदाज़ अलमारी जूते फैशन",
        "खेल स्तर कंसोल खिलाड़ी मिशन मुकाबला",
        "यात्रा उड़ान समुद्र होटल शहर बैग",
        "फ़ोन लैपटॉप कैमरा बैटरी स्क्रीन गैजेट",
        "शिशु बच्चा स्कूल नींद खिलौने माता-पिता",
    ),
}

#: Words of each theme, by language, in the order of THEMES.
THEME_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "organic plants gentle",
        "premium elegant exclusive",
        "cheap deal affordable",
        "together home kids",
        "energy outdoors strong",
    ),
    "es": (
        "orgánico plantas suave",
        "lujo elegante exclusivo",
        "barato oferta económico",
        "juntos hogar familia",
        "energía aire fuerte",
    ),
    "de": (
        "biologisch pflanzen sanft",
        "edel elegant exklusiv",
        "günstig angebot sparen",
        "zusammen zuhause familie",
        "energie draußen stark",
    ),
    "fr": (
        "bio plantes doux",
        "luxe élégant exclusif",
        "abordable promo économique",
        "ensemble maison famille",
        "énergie dehors fort",
    ),
    "ja": (
        "自然 植物 やさしい",
        "高級 上品 限定",
        "安い お得 節約",
        "一緒 家 家族",
        "元気 野外 強い",
    ),
    "ar": (
        "طبيعي نباتات لطيف",
        "فاخر أنيق حصري",
        "رخيص عرض توفير",
        "معا بيت عائلة",
        "طاقة خارج قوي",
    ),
    "hi": (
        "प्राकृतिक पौधे कोमल",
        "शानदार सुंदर विशेष",
        "सस्ता छूट किफ़ायती",
        "साथ घर परिवार",
        "ऊर्जा बाहर मज़बूत",
    ),
}

#: Tags are international: creators of every language set them.
THEME_TAGS: Final = (
    "#cleanliving #natural",
    "#luxury #premium",
    "#budget #dupes",
    "#familylife #together",
    "#active #outdoors",
)


def category_words(language: str, category: int) -> list[str]:
    """The words of a category (its position in CATEGORIES) in a language."""
    return CATEGORY_WORDS[language][category].split()


def theme_words(language: str, theme: int) -> list[str]:
    """The words of a theme (its position in THEMES) in a language."""
    return THEME_WORDS[language][theme].split()


def theme_tags(theme: int) -> list[str]:
    """The tags of a theme, the same in every language."""
    return THEME_TAGS[theme].split()
