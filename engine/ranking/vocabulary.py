"""Words for instruments, genres and moods, in the languages that wishes are written in.

`word` stands for itself, `word*` for its beginning, `*word*` for any word that contains it, and
`two_words` for two in a row. Chinese, Japanese and Korean have no spaces: there a word is found
wherever it stands.
"""

from collections.abc import Mapping
from typing import Final

# Words of Chinese, Japanese and Korean come last.
INSTRUMENT_WORDS: Final[Mapping[str, str]] = {
    "piano": (
        "piano pianos pianoforte pianist* *klavier* flügel фортепиано пианино 钢琴 ピアノ 피아노"
    ),
    "electric piano": "rhodes wurlitzer e_piano electric_piano 电钢琴",
    "harpsichord": "harpsichord* cembalo* clavecin* clavicémbalo* 羽管键琴 チェンバロ",
    "clavinet": "clavinet*",
    "organ": (
        "organ organs hammond *orgel* orgue* órgano* organo орган* 管风琴 风琴 オルガン 오르간"
    ),
    "accordion": (
        "accordion* akkordeon* accordéon* acordeón* fisarmonica аккордеон* 手风琴 アコーディオン"
    ),
    "melodica": "melodica* 口风琴",
    "harmonica": "harmonica* mouth_harp mundharmonika* armónica* armonica 口琴 ハーモニカ",
    "guitar": "*guitar* *gitarre* guitare* chitarr* гитар* 吉他 ギター 기타",
    "electric guitar": (
        "electric_guitar* e_gitarre* stromgitarre* guitare_électrique 电吉他 エレキギター"
    ),
    "ukulele": "ukulele* 尤克里里 ウクレレ",
    "banjo": "banjo* банджо 班卓琴 バンジョー",
    "mandolin": "mandolin* mandoline* 曼陀林",
    "bass": (
        "bass basses bassline* *bassgitarre* kontrabass* basslinie* basse bajo 808 *808* 贝斯 "
        "低音 ベース"
    ),
    "strings": "string strings *streicher* geigen cordes cuerdas archi струнн* 弦乐 ストリングス",
    "violin": (
        "violin violins violinist* geige* violine* violon violons violín violines violino "
        "violini скрипк* 小提琴 バイオリン 바이올린"
    ),
    "viola": "viola violas bratsche* 中提琴",
    "cello": "cello cellos celli violoncell* violonc* violonchelo* виолончел* 大提琴 チェロ 첼로",
    "fiddle": "fiddle* fiedel*",
    "harp": "harp harps *harfe* harpe arpa арф* 竖琴 ハープ 하프",
    "choir": "choir* choral* chorus *chor chöre choeur* chœur* coro coros хор 合唱 コーラス 합창",
    "brass": "brass horns *blechbläser* *bläser cuivres metales ottoni 铜管 ブラス",
    "trumpet": "trumpet* *trompete* trompette* trompeta* tromba труб* 小号 トランペット",
    "trombone": "trombone* posaune* trombón* тромбон* 长号",
    "tuba": "tuba tubas",
    "horn": "horn french_horn* waldhorn* 圆号",
    "saxophone": (
        "sax saxes saxophon* saxofon* saxofón* sassofono саксофон* 萨克斯 サックス 색소폰"
    ),
    "flute": "flute* flutes *flöte* flûte* flauta* flauto флейт* 长笛 笛子 フルート 플루트",
    "whistle": "whistl* *pfeif* sifflet* silb* 口哨",
    "clarinet": "clarinet* klarinette* clarinette* clarinete* кларнет* 单簧管",
    "oboe": "oboe* hautbois гобо* 双簧管",
    "bassoon": "bassoon* fagott* basson fagot 巴松",
    "woodwinds": "woodwind* *holzbläser* 木管",
    "bagpipe": "bagpipe* dudelsack* cornemuse* gaita* 风笛",
    "bells": (
        "bell bells chime* glocken* glöckchen glockenspiel* cloches campanas music_box "
        "spieluhr* celesta колокол* 铃 钟声 八音盒"
    ),
    "vibraphone": "vibraphon* vibes 颤音琴",
    "marimba": "marimba* xylophon* xilófono* mallet* 木琴 马林巴 マリンバ",
    "kalimba": "kalimba* thumb_piano",
    "timpani": "timpani* pauken* timbales 定音鼓",
    "drums": (
        "drum drums drummer* drumming percussion* beats *schlagzeug* trommel* batterie batería* "
        "tambor* tamburi барабан* ударн* 鼓 打击乐 ドラム 드럼"
    ),
    "synthesizer": (
        "synth synths synthesi* synthé* sintetizador* sintetizzator* синтезатор* 合成器 シンセ "
        "신디사이저 신스"
    ),
    "vocals": (
        "vocal vocals voice voices singing singer* sung lyric* *gesang* sänger* stimme* "
        "gesungen* voix chant chanteu* voz voces canto cantante* voce voci вокал* голос* 人声 "
        "歌声 歌词 歌手 ボーカル 歌 보컬 노래"
    ),
}
GENRE_WORDS: Final[Mapping[str, str]] = {
    "hip-hop": (
        "hip_hop hiphop rap rapper* rapping trap boom_bap хип_хоп рэп 嘻哈 说唱 ヒップホップ 힙합"
    ),
    "jazz": "jazz* *jazz jazzy swing bebop bossa* big_band blues* джаз* 爵士 ジャズ 재즈",
    "classical": (
        "classical *klassik* klassische* baroque barock* symphon* sinfoni* orchestra* "
        "orchester* chamber_music kammermusik* classique* clásica* classica классическ* 古典 "
        "交响 クラシック 클래식"
    ),
    "reggae": "reggae* dub ska dancehall регги 雷鬼 レゲエ 레게",
    "pop": "pop popsong* popmusik поп 流行 ポップ 팝",
    "metal": (
        "metal heavy_metal rock *rock punk* thrash hardrock *metall метал* рок 金属 摇滚 メタル "
        "ロック 메탈"
    ),
    "ambient": "ambient* soundscape* *klangteppich* эмбиент 氛围 アンビエント 앰비언트",
    "electronic": (
        "electronic* electro techno house trance edm elektronisch* électronique* electrónic* "
        "elettronic* электронн* 电子 テクノ エレクトロニック 일렉트로닉"
    ),
    "cinematic": (
        "cinematic* filmmusik* movie_score film_score soundtrack* trailer* orchestra* "
        "orchester* banda_sonora musique_de_film 配乐 映画音楽"
    ),
    "folk": (
        "folk* country bluegrass celtic irish volksmusik* *folk кантри 民谣 乡村音乐 フォーク 포크"
    ),
    "corporate": "corporate* advert* commercial* werbung* werbemusik* imagefilm* 广告 企业",
    "funk": "funk* disco* soul* motown фанк 放克 迪斯科 ファンク 펑크",
    "lo-fi": "lo_fi lofi chillhop лоу_фай 低保真 ローファイ 로파이",
    "synthwave": "synthwave* retrowave* vaporwave* outrun 合成器浪潮 シンセウェイヴ",
}
MOOD_WORDS: Final[Mapping[str, str]] = {
    "happy": (
        "happy happi* cheerful* joy* merry fröhlich* heiter* glücklich* joyeu* gai alegre* "
        "feliz* felice* allegr* радост* весёл* весел* 快乐 欢快 开心 高兴 楽しい 幸せ 행복"
    ),
    "sad": (
        "sad sadness melanchol* sorrow* mournful* *traurig* wehmütig* trist* mélancol* "
        "malinconi* грустн* печальн* 悲伤 忧伤 伤感 忧郁 悲しい 슬픈"
    ),
    "calm": (
        "calm* peaceful* relax* quiet* serene soothing tranquil* ruhig* entspann* friedlich* "
        "calme* paisible* relajante* calmo rilassante спокойн* 平静 安静 放松 宁静 穏やか 차분"
    ),
    "energetic": (
        "energetic* energy driving powerful energisch* energiegeladen* treibend* énergique* "
        "enérgic* energic* энергичн* 激烈 动感 充满活力 激しい 신나는"
    ),
    "tense": (
        "tense* tension suspense* thrilling angespannt* spannend* spannung* tendu* tenso* teso "
        "напряж* 紧张 悬疑 惊险 緊張 긴장"
    ),
    "tender": (
        "tender* gentle gently romantic* loving intimate zart* zärtlich* sanft* romanti* "
        "liebevoll* tendre* tierno* romántic* tenero нежн* романтич* 温柔 浪漫 優しい 로맨틱"
    ),
    "dark": (
        "dark* sinister ominous* gloomy creepy spooky scary horror* düster* finster* "
        "unheimlich* gruselig* sombre* sinistre* oscur* siniestr* cupo мрачн* 黑暗 阴森 恐怖 "
        "阴暗 暗い 怖い 어두운"
    ),
    "epic": (
        "epic* heroic* triumph* majestic* grandiose episch* heldenhaft* heroisch* gewaltig* "
        "épique* héroïque* épic* épico* epico эпич* героич* 史诗 宏大 壮丽 英雄 壮大 웅장"
    ),
    "dreamy": (
        "dream* ethereal* floating verträumt* traumhaft* schwebend* rêveu* onirique* soñador* "
        "etére* sognante мечтательн* 梦幻 空灵 夢のような 幻想 몽환"
    ),
    "playful": (
        "playful* funny silly quirky comic* goofy verspielt* lustig* witzig* albern* ludique* "
        "drôle* juguetón* divertid* gracios* giocos* игрив* смешн* 俏皮 有趣 搞笑 可爱 面白い "
        "유쾌"
    ),
}
# Words after which everything up to the end of the clause isn't wanted.
NEGATIONS: Final = (
    "no not without nothing never avoid ohne kein keine keinen keiner nicht nichts sans pas sin "
    "senza без не 没有 不要 无 没 なし 없이"
)
