//! The demo's community: products, campaigns and people, all made up.

use sambatan::domain::pay_to::PayToKind;

/// Minutes.
pub(super) const HOUR: i64 = 60;
/// Minutes.
pub(super) const DAY: i64 = 24 * HOUR;

/// A product.
pub(super) struct DemoProduct {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) base_price: i64,
}

/// A campaign. Times are minutes from now, negative in the past.
pub(super) struct DemoCampaign {
    /// The number of its product.
    pub(super) product: usize,
    pub(super) title: &'static str,
    pub(super) total_slots: i64,
    pub(super) minimum_slots: i64,
    pub(super) price_per_slot: i64,
    pub(super) created: i64,
    pub(super) opens: Option<i64>,
    pub(super) deadline: i64,
    /// The slots that people take, until `filled_by`.
    pub(super) taken: i64,
    pub(super) filled_by: i64,
    /// When it is called off, and why.
    pub(super) called_off: Option<(i64, &'static str)>,
}

/// Somebody who takes part.
pub(super) struct Member {
    pub(super) user_id: &'static str,
    pub(super) shipping_address: &'static str,
}

/// An account that people pay to.
pub(super) struct DemoAccount {
    pub(super) kind: PayToKind,
    pub(super) bank: Option<&'static str>,
    pub(super) number: Option<&'static str>,
    pub(super) holder: Option<&'static str>,
    /// The code of a merchant that does not exist.
    pub(super) payload: Option<&'static str>,
    pub(super) is_retired: bool,
}

/// A bank's, a merchant's, and one of before.
pub(super) const ACCOUNTS: [DemoAccount; 3] = [
    DemoAccount {
        kind: PayToKind::Bank,
        bank: Some("Bank Rekaan"),
        number: Some("0001234567"),
        holder: Some("Patungan Contoh"),
        payload: None,
        is_retired: false,
    },
    DemoAccount {
        kind: PayToKind::Qris,
        bank: None,
        number: None,
        holder: None,
        payload: Some(
            "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204599953033605802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630456FE",
        ),
        is_retired: false,
    },
    DemoAccount {
        kind: PayToKind::EWallet,
        bank: Some("Dompet Rekaan"),
        number: Some("0812-0000-0001"),
        holder: Some("Patungan Contoh"),
        payload: None,
        is_retired: true,
    },
];

const fn product(name: &'static str, base_price: i64, description: &'static str) -> DemoProduct {
    DemoProduct {
        name,
        description,
        base_price,
    }
}

/// A dozen perfumes.
pub(super) const PRODUCTS: [DemoProduct; 12] = [
    product(
        "Rimba Embun",
        420_000,
        "Daun basah, lumut dan cendana muda; pagi pertama setelah hujan di hutan. Extrait 50 ml.",
    ),
    product(
        "Senja di Ubud",
        385_000,
        "Kamboja, dupa dan kulit jeruk purut saat langit mulai jingga. Eau de parfum 50 ml.",
    ),
    product(
        "Kopi Gayo Absolut",
        450_000,
        "Absolut kopi Gayo, kakao dan kayu manis di atas vanila yang tidak manis. Extrait 30 ml.",
    ),
    product(
        "Melati Keraton",
        510_000,
        "Melati gambir yang dipetik sebelum subuh, teh hitam dan kayu nangka. Extrait 30 ml.",
    ),
    product(
        "Hujan di Kebun Teh",
        365_000,
        "Teh putih, tanah basah dan sereh wangi. Eau de parfum 50 ml.",
    ),
    product(
        "Pala Banda Malam",
        475_000,
        "Pala, fuli dan cengkih, hangat sampai pagi. Extrait 30 ml.",
    ),
    product(
        "Cendana Timor",
        640_000,
        "Cendana tua dan susu beras; tenang, dekat di kulit. Extrait 30 ml.",
    ),
    product(
        "Oud Borneo Lestari",
        890_000,
        "Gaharu budidaya dengan madu hutan dan tembakau. Attar 10 ml.",
    ),
    product(
        "Akar Wangi Garut",
        340_000,
        "Vetiver Garut, jeruk bali dan asap tipis. Eau de parfum 50 ml.",
    ),
    product(
        "Kenanga Pasar Pagi",
        310_000,
        "Kenanga, pandan dan gula aren yang baru dicairkan. Eau de parfum 50 ml.",
    ),
    product(
        "Garam Sumba",
        355_000,
        "Rumput kering, ambergris sintetis dan angin laut. Eau de parfum 50 ml.",
    ),
    product(
        "Nilam Aceh Lama",
        400_000,
        "Nilam yang disimpan tiga tahun, cokelat hitam dan mawar. Extrait 30 ml.",
    ),
];

/// Campaigns in every state but full, in the order of their creation. The one before the last is filled
/// up when everything runs.
pub(super) const CAMPAIGNS: [DemoCampaign; 11] = [
    DemoCampaign {
        product: 0,
        title: "Rimba Embun, patungan pertama",
        total_slots: 20,
        minimum_slots: 20,
        price_per_slot: 210_000,
        created: -30 * DAY,
        opens: None,
        deadline: -20 * DAY,
        taken: 20,
        filled_by: -22 * DAY,
        called_off: None,
    },
    DemoCampaign {
        product: 1,
        title: "Senja di Ubud, botol 50 ml",
        total_slots: 30,
        minimum_slots: 18,
        price_per_slot: 265_000,
        created: -21 * DAY,
        opens: Some(-20 * DAY),
        deadline: -9 * DAY,
        taken: 23,
        filled_by: -10 * DAY,
        called_off: None,
    },
    DemoCampaign {
        product: 7,
        title: "Oud Borneo Lestari, decant 5 ml",
        total_slots: 24,
        minimum_slots: 24,
        price_per_slot: 475_000,
        created: -16 * DAY,
        opens: None,
        deadline: -5 * DAY,
        taken: 9,
        filled_by: -6 * DAY,
        called_off: None,
    },
    DemoCampaign {
        product: 3,
        title: "Melati Keraton, panen kedua",
        total_slots: 16,
        minimum_slots: 12,
        price_per_slot: 390_000,
        created: -12 * DAY,
        opens: None,
        deadline: 4 * DAY,
        taken: 7,
        filled_by: -4 * DAY,
        called_off: Some((-3 * DAY, "Pemasok menunda pengiriman sampai bulan depan")),
    },
    DemoCampaign {
        product: 2,
        title: "Kopi Gayo Absolut, tinggal sedikit",
        total_slots: 25,
        minimum_slots: 20,
        price_per_slot: 315_000,
        created: -6 * DAY,
        opens: None,
        deadline: 2 * DAY + 3 * HOUR,
        taken: 23,
        filled_by: -2 * HOUR,
        called_off: None,
    },
    DemoCampaign {
        product: 8,
        title: "Akar Wangi Garut, tutup sebentar lagi",
        total_slots: 18,
        minimum_slots: 10,
        price_per_slot: 240_000,
        created: -5 * DAY,
        opens: None,
        deadline: 15,
        taken: 12,
        filled_by: -HOUR,
        called_off: None,
    },
    DemoCampaign {
        product: 9,
        title: "Kenanga Pasar Pagi",
        total_slots: 40,
        minimum_slots: 30,
        price_per_slot: 195_000,
        created: -4 * DAY,
        opens: None,
        deadline: 6 * DAY,
        taken: 17,
        filled_by: -3 * HOUR,
        called_off: None,
    },
    DemoCampaign {
        product: 11,
        title: "Nilam Aceh Lama, batch 3",
        total_slots: 36,
        minimum_slots: 24,
        price_per_slot: 285_000,
        created: -3 * DAY,
        opens: None,
        deadline: 9 * DAY,
        taken: 11,
        filled_by: -HOUR,
        called_off: None,
    },
    DemoCampaign {
        product: 6,
        title: "Cendana Timor, dibuka besok",
        total_slots: 15,
        minimum_slots: 15,
        price_per_slot: 480_000,
        created: -2 * DAY,
        opens: Some(DAY),
        deadline: 8 * DAY,
        taken: 0,
        filled_by: 0,
        called_off: None,
    },
    DemoCampaign {
        product: 5,
        title: "Pala Banda Malam, batch 7",
        total_slots: 12,
        minimum_slots: 12,
        price_per_slot: 330_000,
        created: -2 * DAY + HOUR,
        opens: None,
        deadline: 3 * DAY,
        taken: 10,
        filled_by: -30,
        called_off: None,
    },
    DemoCampaign {
        product: 4,
        title: "Hujan di Kebun Teh, baru dibuka",
        total_slots: 40,
        minimum_slots: 25,
        price_per_slot: 225_000,
        created: -3 * HOUR,
        opens: None,
        deadline: 10 * DAY,
        taken: 3,
        filled_by: -20,
        called_off: None,
    },
];

const fn member(user_id: &'static str, shipping_address: &'static str) -> Member {
    Member {
        user_id,
        shipping_address,
    }
}

/// Nobody: neither the streets nor the town exist.
pub(super) const MEMBERS: [Member; 24] = [
    member("arum_dalu", "Jl. Kenari Khayal No. 7, Kota Rekaan 00107"),
    member(
        "bagas.wangi",
        "Gg. Melati Angan II No. 15, Kota Rekaan 00115",
    ),
    member("citra_sore", "Jl. Awan Teduh No. 3A, Kota Rekaan 00103"),
    member(
        "dewi.kenanga",
        "Perum Griya Contoh Blok C4/12, Kota Rekaan 00412",
    ),
    member("eko_nilam", "Jl. Pelangi Selatan No. 88, Kota Rekaan 00188"),
    member("fitri.embun", "Jl. Embun Pagi No. 21, Kota Rekaan 00121"),
    member(
        "galih_cendana",
        "Jl. Cendana Khayal No. 9, Kota Rekaan 00109",
    ),
    member("hana.botanika", "Gg. Mawar Angan No. 5, Kota Rekaan 00105"),
    member("intan_pala", "Jl. Rempah Rekaan No. 44, Kota Rekaan 00144"),
    member("joko.gaharu", "Jl. Gaharu Contoh No. 2, Kota Rekaan 00102"),
    member("kirana_teh", "Kebun Contoh RT 01 RW 02, Kota Rekaan 00201"),
    member("laras.senja", "Jl. Senja Utara No. 17, Kota Rekaan 00117"),
    member(
        "made_kamboja",
        "Jl. Kamboja Khayal No. 30, Kota Rekaan 00130",
    ),
    member(
        "nadia.vetiver",
        "Apartemen Menara Contoh Lt. 12 No. 7, Kota Rekaan 01207",
    ),
    member("oki_atsiri", "Jl. Atsiri No. 51, Kota Rekaan 00151"),
    member("putri.gambir", "Gg. Gambir Angan No. 8, Kota Rekaan 00108"),
    member("raka_kopi", "Jl. Kopi Contoh No. 19, Kota Rekaan 00119"),
    member("sekar.ratri", "Jl. Ratri No. 6, Kota Rekaan 00106"),
    member("tari_pandan", "Jl. Pandan Khayal No. 27, Kota Rekaan 00127"),
    member(
        "utomo.decant",
        "Ruko Rekaan Blok B No. 11, Kota Rekaan 00211",
    ),
    member("vina_ambar", "Jl. Ambar No. 33, Kota Rekaan 00133"),
    member("wahyu.sillage", "Jl. Angin Laut No. 10, Kota Rekaan 00110"),
    member(
        "yuni_parfum",
        "Perum Contoh Asri D2 No. 4, Kota Rekaan 00424",
    ),
    member(
        "zaki.extrait",
        "Jl. Bintang Khayal No. 14, Kota Rekaan 00114",
    ),
];

/// What people write beside an order, now and then.
pub(super) const NOTES: [&str; 5] = [
    "Tolong dibungkus kado ya",
    "Titip di pos satpam kalau rumah kosong",
    "Boleh minta sampel batch lain?",
    "Kirim setelah tanggal 25",
    "Label nama pengirim dikosongkan saja",
];
