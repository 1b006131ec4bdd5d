"""Captions and briefs of four niches in ten languages, written by hand and judged.

A brief asks for its niche in other words and other word forms than the captions use;
everybody also writes what everybody writes.
"""

from __future__ import annotations

from typing import Final

NICHES: Final = ("skincare", "fitness", "food", "gaming")

#: By language: captions of one creator of each niche, in the order of NICHES.
CAPTIONS: Final[dict[str, tuple[str, str, str, str]]] = {
    "en": (
        "My morning skincare routine ✨ cleanser, vitamin C serum, moisturizer\nthis sunscreen leaves no white cast #ad #fyp\nretinol and acne scars: what worked for me, link in bio",
        "Leg day at the gym 💪 squats and deadlifts\nhow I train for a marathon in 12 weeks, follow for more #fyp\nprotein after every workout, link in bio",
        "One pot pasta recipe for busy evenings 🍝 link in bio\nbaking sourdough bread at home #fyp\nthe best breakfast pancakes, save this recipe",
        "Ranked grind tonight, first win with the new patch 🎮 #fyp\nboss fight without taking damage\nmy streaming setup: controller, headset, link in bio",
    ),
    "de": (
        "Meine Hautpflege am Morgen ✨ Reinigung, Serum und Feuchtigkeitscreme\nSonnenschutz für empfindliche Haut #werbung\nwas gegen Pickel hilft, Link in der Bio",
        "Beintag im Fitnessstudio 💪 Kniebeugen und Kreuzheben\nmein Trainingsplan für den Marathon #werbung\nEiweiß nach dem Training, Link in der Bio",
        "Schnelles Nudelrezept für den Feierabend 🍝 Link in der Bio\nSauerteigbrot selbst backen #werbung\nPfannkuchen zum Frühstück, Rezept speichern",
        "Heute Abend Ranglistenspiele im Stream 🎮 #werbung\nEndgegner besiegt ohne Schaden\nmein Spielezimmer: Controller und Kopfhörer, Link in der Bio",
    ),
    "es": (
        "Mi rutina de cuidado facial ✨ limpiador, sérum y crema hidratante\nprotector solar para piel sensible #publi\nasí traté mi acné, enlace en la bio",
        "Día de pierna en el gimnasio 💪 sentadillas y peso muerto\nentreno para correr una maratón #publi\nproteína después de entrenar, enlace en la bio",
        "Receta de pasta rápida para la cena 🍝 enlace en la bio\npan casero de masa madre #publi\ntortitas para el desayuno, guarda la receta",
        "Directo esta noche, subimos de rango 🎮 #publi\nderroté al jefe final sin daño\nmi mando y mis auriculares para jugar, enlace en la bio",
    ),
    "tr": (
        "Sabah cilt bakım rutinim ✨ temizleyici, serum ve nemlendirici\ngüneş kremi önerilerim #reklam\nsivilce izleri için ne kullanıyorum, link profilde",
        "Spor salonunda bacak günü 💪 squat ve ağırlık\nmaraton antrenmanı nasıl yapılır #reklam\nantrenman sonrası protein, link profilde",
        "Akşam yemeği için kolay makarna tarifi 🍝 link profilde\nevde ekmek yapımı #reklam\nkahvaltılık krep tarifi, kaydet",
        "Bu akşam yayında dereceli oyun 🎮 #reklam\nson boss dövüşü hasarsız\noyuncu kulaklığım ve klavyem, link profilde",
    ),
    "ru": (
        "Мой утренний уход за кожей ✨ умывание, сыворотка, увлажняющий крем\nсолнцезащитный крем для лица #реклама\nкак я лечила прыщи, ссылка в профиле",
        "День ног в зале 💪 приседания и становая тяга\nтренировки к марафону #реклама\nбелок после тренировки, ссылка в профиле",
        "Рецепт пасты на ужин 🍝 ссылка в профиле\nдомашний хлеб на закваске #реклама\nблины на завтрак, сохраняй рецепт",
        "Сегодня стрим, играем рейтинг 🎮 #реклама\nпобедил финального босса без урона\nмоя игровая клавиатура и наушники, ссылка в профиле",
    ),
    "ar": (
        "روتين العناية بالبشرة الصباحي ✨ غسول وسيروم وكريم مرطب\nأفضل واقي شمس للوجه #إعلان\nعلاج حب الشباب تجربتي الرابط في البايو",
        "يوم تمرين الأرجل في النادي 💪 سكوات ورفع أثقال\nكيف أتدرب للماراثون #إعلان\nبروتين بعد التمرين الرابط في البايو",
        "وصفة مكرونة سريعة للعشاء 🍝 الرابط في البايو\nخبز منزلي سهل #إعلان\nفطور بان كيك احفظ الوصفة",
        "بث مباشر الليلة نلعب التصنيف 🎮 #إعلان\nهزمت الزعيم الأخير في اللعبة\nسماعة الألعاب ويد التحكم الرابط في البايو",
    ),
    "ja": (
        "朝のスキンケアルーティン✨洗顔、美容液、保湿クリーム\n日焼け止めのおすすめ #PR\n毛穴とニキビ跡のケア、リンクはプロフィールから",
        "今日は脚トレの日💪スクワットとデッドリフト\nマラソンのための筋トレ #PR\nトレーニング後のプロテイン、リンクはプロフィールから",
        "簡単パスタのレシピ🍝晩ごはんに、リンクはプロフィールから\n手作りパン #PR\n朝ごはんのパンケーキ、レシピ保存してね",
        "今夜の配信はランクマッチ🎮 #PR\nラスボスをノーダメージで撃破\nゲーミングヘッドセットとコントローラー、リンクはプロフィールから",
    ),
    "zh": (
        "早上的护肤步骤✨洁面、精华、保湿面霜\n敏感肌防晒霜推荐 #广告\n痘痘肌怎么护理，链接在主页",
        "今天健身房练腿💪深蹲和硬拉\n马拉松训练计划 #广告\n训练后喝蛋白粉，链接在主页",
        "快手意面食谱🍝晚餐做法，链接在主页\n在家做面包 #广告\n早餐松饼，食谱收藏起来",
        "今晚直播打排位🎮 #广告\n无伤打败最终首领\n我的游戏耳机和手柄，链接在主页",
    ),
    "ko": (
        "아침 스킨케어 루틴✨ 클렌징, 세럼, 수분크림\n민감성 피부 선크림 추천 #광고\n여드름 피부 관리 방법, 링크는 프로필에",
        "오늘은 하체 운동💪 스쿼트와 데드리프트\n마라톤 훈련 계획 #광고\n운동 후 단백질, 링크는 프로필에",
        "간단한 파스타 레시피🍝 저녁 요리, 링크는 프로필에\n집에서 빵 만들기 #광고\n아침 팬케이크, 레시피 저장",
        "오늘 밤 방송 랭크 게임🎮 #광고\n최종 보스 노데미지 클리어\n게이밍 헤드셋과 컨트롤러, 링크는 프로필에",
    ),
    "hi": (
        "मेरी सुबह की त्वचा देखभाल ✨ फेसवॉश, सीरम और मॉइस्चराइज़र\nतैलीय त्वचा के लिए सनस्क्रीन #विज्ञापन\nमुँहासे कैसे ठीक किए, लिंक बायो में",
        "जिम में पैरों का दिन 💪 स्क्वाट और वज़न\nमैराथन के लिए प्रशिक्षण #विज्ञापन\nकसरत के बाद प्रोटीन, लिंक बायो में",
        "रात के खाने के लिए पास्ता की रेसिपी 🍝 लिंक बायो में\nघर पर रोटी बनाना #विज्ञापन\nनाश्ते के पैनकेक, रेसिपी सेव करें",
        "आज रात लाइव गेम खेलेंगे 🎮 #विज्ञापन\nआखिरी बॉस को हराया\nमेरा गेमिंग हेडसेट और कंट्रोलर, लिंक बायो में",
    ),
}

#: By language: what brands of each niche write, in the order of NICHES.
BRIEFS: Final[dict[str, tuple[str, str, str, str]]] = {
    "en": (
        "Show how our moisturizing cream fits into your daily skin care, follow the link",
        "Film your training with our gym wear, tag us and add #ad",
        "Cook one of your recipes with our tomato sauce for dinner",
        "Play our new game on stream and show the headset",
    ),
    "de": (
        "Zeige unsere neue Creme in deiner täglichen Pflege der Haut, mit Link in der Bio",
        "Trainiere mit unserer Sportkleidung im Studio und zeige Übungen für die Beine",
        "Koche ein Rezept mit unserer Tomatensoße, gern Nudeln",
        "Spiele unser neues Spiel im Stream und zeige das Headset",
    ),
    "es": (
        "Enseña nuestra nueva crema para la piel en tus cuidados diarios, con enlace en la bio",
        "Entrena con nuestra ropa deportiva en el gimnasio",
        "Cocina una de tus recetas con nuestra salsa de tomate",
        "Juega a nuestro nuevo videojuego en directo y enseña los auriculares",
    ),
    "tr": (
        "Yeni nemlendirici kremimizi günlük cilt bakımında göster, link profilde",
        "Spor kıyafetlerimizle salonda antrenman yap",
        "Domates sosumuzla bir makarna tarifi pişir",
        "Yeni oyunumuzu yayında oyna ve kulaklığı göster",
    ),
    "ru": (
        "Покажите наш новый крем в ежедневном уходе за лицом, ссылка в профиле",
        "Тренируйтесь в нашей спортивной одежде, снимите тренировку в зале",
        "Приготовьте ужин по своему рецепту с нашим томатным соусом",
        "Сыграйте в нашу новую игру на стриме и покажите наушники",
    ),
    "ar": (
        "اعرضي كريمنا الجديد المرطب في العناية اليومية بالبشرة",
        "صوّر تمرينك في النادي بملابسنا الرياضية",
        "اطبخي وصفة للعشاء مع صلصة الطماطم",
        "العب لعبتنا الجديدة في بث مباشر واعرض سماعة الألعاب",
    ),
    "ja": (
        "新しい保湿クリームを毎日のスキンケアで紹介してください",
        "トレーニングウェアを着て筋トレの動画を撮影してください",
        "トマトソースを使った晩ごはんのレシピを紹介してください",
        "新作ゲームを配信でプレイしてヘッドセットを紹介してください",
    ),
    "zh": (
        "请在日常护肤中展示我们的新保湿霜",
        "穿我们的运动服在健身房训练",
        "用我们的番茄酱做一道晚餐食谱",
        "直播试玩我们的新游戏并展示耳机",
    ),
    "ko": (
        "새로운 수분크림을 매일 스킨케어에서 소개해 주세요",
        "우리 운동복을 입고 운동하는 영상을 찍어 주세요",
        "토마토 소스로 저녁 레시피를 요리해 주세요",
        "새 게임을 방송에서 플레이하고 헤드셋을 소개해 주세요",
    ),
    "hi": (
        "हमारी नई क्रीम को रोज़ की त्वचा की देखभाल में दिखाएँ",
        "हमारे कपड़ों में जिम की कसरत का वीडियो बनाएँ",
        "हमारी टमाटर चटनी के साथ रात के खाने की रेसिपी बनाएँ",
        "हमारा नया गेम लाइव खेलें और हेडसेट दिखाएँ",
    ),
}
