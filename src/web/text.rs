//! Every fixed text of the pages, in both languages: the one table.

use crate::words::Language;

/// Makes the table: a field for each text, and a value of it for each language.
macro_rules! texts {
    ($($name:ident: $id:literal | $en:literal;)*) => {
        /// The fixed texts of the pages in one language.
        #[derive(Debug)]
        pub(crate) struct Text {
            $(pub(crate) $name: &'static str,)*
        }

        const INDONESIAN: Text = Text { $($name: $id,)* };
        const ENGLISH: Text = Text { $($name: $en,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $id, $en),)*];
    };
}

impl Text {
    /// The texts in a language.
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Indonesian => &INDONESIAN,
            Language::English => &ENGLISH,
        }
    }
}

texts! {
    // Every page.
    skip_to_content: "Langsung ke isi" | "Skip to content";
    other_language: "English" | "Indonesia";
    times_are_in: "Semua waktu dalam" | "All times are in";
    open_group_buys: "Patungan yang sedang berjalan" | "Open group buys";
    for_the_organiser: "Untuk penyelenggara" | "For the organiser";
    organiser: "Penyelenggara" | "Organiser";
    overview: "Ringkasan" | "Overview";
    campaigns: "Kampanye" | "Campaigns";
    products: "Produk" | "Products";
    sign_out: "Keluar" | "Sign out";
    sessions: "Sesi yang terbuka" | "Open sessions";
    sessions_lead: "Peramban yang sedang masuk sebagai penyelenggara, menurut waktu masuknya. Akhiri yang tidak Anda kenal, lalu ganti token penyelenggara." | "The browsers that are signed in as the organiser, by when they signed in. End what you don't know, then change the organiser token.";
    this_browser: "peramban ini" | "this browser";
    last_used: "Terakhir dipakai" | "Last used";
    session_ends: "Berakhir bila tidak dipakai" | "Ends if it is not used";
    end_session: "Akhiri sesi ini" | "End this session";
    docs: "API untuk program lain" | "API for other programs";
    docs_lead: "Semua yang dapat dilakukan lewat API, menurut tujuannya, masing-masing dengan perintah curl yang berjalan di layanan ini." | "Everything that can be done over the API, by what one wants to do, each with a curl line that runs against this service.";
    docs_braces: "Ganti yang di dalam kurung kurawal dengan id yang Anda terima. Penolakan berupa JSON: detail untuk dibaca orang, code untuk program." | "Replace what stands in braces with the ids that you get. Refusals are JSON: a detail for people, a code for programs.";
    docs_token: "TOKEN adalah token penyelenggara, atau manage_token yang diterima saat ikut." | "TOKEN is the organiser token, or the manage_token that a join answered.";
    docs_openapi: "Dokumen OpenAPI" | "The OpenAPI document";
    docs_contents: "Daftar isi" | "Contents";
    docs_codes: "Penolakannya sendiri:" | "Refusals of its own:";
    docs_for_everybody: "Untuk siapa saja." | "For everybody.";
    docs_for_organiser: "Untuk penyelenggara." | "For the organiser.";
    docs_for_participant: "Untuk peserta sendiri dan penyelenggara." | "For the participant and the organiser.";
    next_page: "Halaman berikutnya" | "Next page";
    older: "Yang lebih lama" | "Older";
    back: "Kembali" | "Back";
    to_correct: "Perbaiki:" | "Please correct:";
    copy: "Salin" | "Copy";
    copied: "Tersalin" | "Copied";
    status: "Status" | "Status";
    slots: "Slot" | "Slots";
    amount: "Jumlah" | "Amount";
    transfer_exactly: "Transfer tepat sejumlah" | "Transfer exactly";
    transfer_exactly_hint: "Angka uniknya menandai pembayaran Anda." | "Its last digits tell that the payment is yours.";
    still_missing: "Masih kurang" | "Still missing";
    still_missing_hint: "Tulis kode di bawah ini di berita transfernya." | "Write the code below into the transfer's message.";
    payment_code: "Kode untuk berita transfer" | "Code for the transfer's message";
    pay_by: "Bayar paling lambat" | "Pay by";
    place_in_the_queue: "Urutan di daftar tunggu" | "Place on the waiting list";
    handle: "Nama panggilan" | "Handle";
    note: "Catatan" | "Note";
    reason: "Alasan" | "Reason";
    reason_optional: "Alasan (boleh kosong)" | "Reason (optional)";
    joined_at: "Bergabung" | "Joined";
    shipping_address: "Alamat pengiriman" | "Shipping address";
    only_the_organiser_sees: "Hanya dilihat penyelenggara." | "Only the organiser sees this.";
    everybody_sees_this: "Dilihat semua orang." | "Everybody sees this.";
    until: "Sampai" | "Until";
    per_slot: "per slot" | "per slot";

    // Public pages.
    home_lead: "Beli bareng: kumpulkan slot sampai cukup, baru pembelian jalan." | "Buy together: once enough slots are taken, the order goes ahead.";
    home_empty: "Belum ada patungan yang berjalan." | "No group buy is open at the moment.";
    home_empty_next: "Tunggu kabar dari penyelenggara. Anda penyelenggaranya?" | "Wait for news from the organiser. Is that you?";
    open_a_campaign: "Buka kampanye" | "Open a campaign";
    deadline_was_moved: "Batas waktunya diundur:" | "The deadline was moved:";
    the_deal: "Aturan mainnya" | "The deal";
    how_it_fills: "Perjalanan slot" | "How the slots filled";
    join: "Ikut patungan" | "Join";
    join_hint: "Setelah ikut, Anda mendapat halaman pribadi dengan tautan rahasia." | "After joining you get a page of your own with a secret link.";
    join_waiting_list: "Masuk daftar tunggu" | "Go on the waiting list";
    waiting_hint: "Begitu ada yang batal dan jumlahnya cukup, slotnya langsung menjadi milik Anda." | "As soon as somebody cancels and it is enough for you, the slots are yours.";
    wait_if_short: "Kalau slotnya tidak cukup, masukkan saya ke daftar tunggu" | "If too few slots are left, put me on the waiting list";
    see_other_campaigns: "Lihat patungan lain" | "See other group buys";
    your_handle: "Nama panggilan" | "Handle";
    have_you_joined: "Sudah ikut dan mau menambah slot?" | "Have you joined already, and want more slots?";
    own_link_hint: "Tautan yang Anda terima waktu ikut. Dengan itu batas slot per orang dihitung dari slot Anda sendiri, siapa pun yang memakai nama yang sama." | "The link that you were given when you joined. With it the limit for each person counts your own slots, whoever else uses the same name.";
    your_handle_hint: "Tampil di daftar peserta yang dilihat semua orang. Pakai nama di grup, bukan nama lengkap." | "Shown in the public list of participants. Use your name in the chat, not your full name.";
    how_many_slots: "Berapa slot" | "How many slots";
    note_optional: "Catatan (boleh kosong)" | "Note (optional)";
    share: "Bagikan" | "Share";
    share_by_whatsapp: "Kirim lewat WhatsApp" | "Send by WhatsApp";
    link: "Tautan" | "Link";
    show_qr: "Tampilkan kode QR" | "Show a QR code";
    qr_of_this_page: "Kode QR menuju halaman ini" | "QR code of this page";
    who_is_in: "Sudah ikut" | "Who is in";
    nobody_yet: "Belum ada yang ikut." | "Nobody has joined yet.";
    nobody_further: "Tidak ada lagi di halaman ini." | "Nobody else on this page.";

    // A participant's own page.
    your_participation: "Keikutsertaan Anda" | "Your participation";
    you_are_in: "Anda sudah ikut!" | "You are in!";
    keep_your_link: "Simpan tautan rahasia di bawah: hanya dengan itu Anda bisa membuka halaman ini lagi di perangkat lain." | "Keep the secret link below: only with it can you open this page again on another device.";
    what_happens_next: "Selanjutnya" | "What happens next";
    your_secret_link: "Tautan rahasia Anda" | "Your secret link";
    your_secret_link_hint: "Siapa pun yang memilikinya bisa melihat alamat Anda dan membatalkan keikutsertaan. Jangan dibagikan." | "Whoever has it can see your address and cancel for you. Don't share it.";
    secret_link: "Tautan rahasia" | "Secret link";
    cancel_participation: "Batalkan keikutsertaan…" | "Cancel my participation…";
    yes_cancel: "Ya, batalkan" | "Yes, cancel it";
    locked_lead: "Halaman ini hanya untuk pesertanya. Buka lewat tautan rahasia yang Anda dapat saat ikut, atau tempelkan di bawah ini." | "This page is for its participant only. Open it by the secret link that you were given when you joined, or paste it below.";
    secret_of_your_link: "Tautan rahasia atau kodenya" | "Secret link or its code";
    secret_of_your_link_hint: "Seluruh tautannya, atau bagian setelah tanda #." | "The whole link, or the part after the #.";
    open_page: "Buka" | "Open";
    lost_link: "Tautannya hilang? Mintalah kepada penyelenggara." | "Lost the link? Ask the organiser for it.";
    secret_is_wrong: "Kode ini bukan untuk halaman ini. Periksa apakah tersalin lengkap." | "This code is not the one of this page. Check that it was copied completely.";

    claim_payment: "Saya sudah transfer…" | "I have transferred…";
    claim_lead: "Penyelenggara akan mencarinya di mutasi. Slot Anda ditahan lebih lama dan pengingat berhenti; konfirmasi tetap menunggu uangnya terlihat." | "The organiser will look for it in the bank statement. Your slots are kept for longer and reminders stop; you are confirmed once the money is seen.";
    claim_day: "Tanggal transfer (boleh kosong)" | "Day of the transfer (optional)";
    yes_claim: "Ya, sudah saya transfer" | "Yes, I have transferred";

    pay_now: "Bayar" | "Pay";
    amount_in_digits: "Jumlah, untuk disalin" | "Amount, to be copied";
    in_the_name_of: "Atas nama" | "In the name of";
    account_number: "Nomor rekening atau telepon" | "Number of the account or telephone";
    code_hint: "Pindai, atau simpan gambarnya lalu buka dari aplikasi pembayaran. Cocokkan nama merchant dan jumlahnya sebelum membayar." | "Scan it, or keep the picture and open it in the payment app. Compare the merchant's name and the amount before you pay.";
    code_without_amount: "Kode tanpa jumlah" | "Code without the amount";
    code_without_amount_hint: "Kalau aplikasi Anda menolak kode di atas, pakai yang ini dan ketik sendiri jumlahnya, tepat sampai angka terakhir." | "When your app refuses the code above, use this one and type the amount yourself, exact to the last digit.";
    too_much_for_a_code: "Jumlah ini di atas Rp10.000.000, batas satu pembayaran QRIS. Pakai rekening lain, atau tanyakan kepada penyelenggara." | "This is more than Rp10.000.000, the limit of one QRIS payment. Use another account, or ask the organiser.";
    nowhere_to_pay: "Penyelenggara belum menyebutkan rekening tujuannya. Tanyakan kepadanya sebelum mentransfer." | "The organiser has not named an account yet. Ask before you transfer.";

    // Accounts to pay to.
    accounts_to_pay_to: "Rekening tujuan" | "Where to pay";
    accounts_lead: "Ke sini peserta mentransfer. Hanya peserta yang harus membayar yang melihatnya, di halamannya sendiri dan di pengingat." | "People transfer to these. Only those who have to pay see them, on their own page and in the reminder.";
    no_accounts: "Belum ada rekening tujuan." | "There is no account to pay to yet.";
    no_accounts_next: "Tambahkan di bawah ini; semua kampanye langsung memakainya." | "Add one below; every campaign uses it at once.";
    in_use: "Dipakai" | "In use";
    retired_since: "Tidak dipakai sejak" | "Retired since";
    retire_account: "Hentikan…" | "Retire…";
    retire_warning: "Peserta tidak lagi diminta membayar ke sini. Tidak bisa dikembalikan; rekening yang sama bisa ditambahkan lagi." | "People are no longer told to pay here. This can't be undone; the same account can be added again.";
    yes_retire: "Ya, hentikan" | "Yes, retire it";
    new_account: "Tambah rekening" | "Add an account";
    add_account: "Simpan rekening" | "Add the account";
    account_kind: "Jenis" | "Kind";
    kind_bank: "Rekening bank" | "Bank account";
    kind_ewallet: "Dompet digital" | "Electronic wallet";
    kind_qris: "QRIS" | "QRIS";
    bank_or_wallet: "Bank atau dompet" | "Bank or wallet";
    account_holder: "Nama pemilik" | "Name of the holder";
    not_for_qris: "Boleh kosong untuk QRIS." | "May be empty for QRIS.";
    qris_payload: "Isi kode QRIS (hanya untuk QRIS)" | "What the QRIS code says (QRIS only)";
    qris_payload_hint: "Pindai kode statis Anda dengan aplikasi pembaca QR biasa, lalu tempelkan teksnya: diawali 000201. Setiap peserta melihat kodenya dengan jumlahnya sendiri." | "Scan your static code with any QR reader and paste its text, which begins with 000201. Each participant sees the code with their own amount.";
    own_note: "Catatan (boleh kosong)" | "Note (optional)";
    only_you_see_this: "Hanya dilihat penyelenggara." | "Only organisers see this.";
    pay_to_of_campaign: "Rekening tujuan kampanye ini" | "Where people pay for this campaign";
    pay_to_of_campaign_hint: "Tidak ada yang dicentang: semua yang dipakai." | "None ticked: all that are in use.";
    campaigns_without_account: "Kampanye ini meminta uang, tetapi tidak ada rekening tujuannya:" | "These campaigns ask for money and have no account to send it to:";

    your_refund: "Uang Anda kembali" | "Your money goes back";
    refund_is_due: "Akan ditransfer oleh penyelenggara." | "The organiser is going to transfer it.";
    refund_is_sent: "Sudah ditransfer:" | "Transferred:";
    refund_is_acknowledged: "Sudah Anda terima." | "You have received it.";
    i_got_it: "Sudah saya terima" | "I have received it";
    payout_account: "Rekening untuk pengembalian" | "Account for the refund";
    payout_account_hint: "Nama bank, nomor rekening, dan pemiliknya, atau dompet digital. Hanya dilihat penyelenggara." | "Bank, number and holder of the account, or a wallet. Only the organiser sees this.";

    // Refunds.
    refunds: "Pengembalian dana" | "Refunds";
    refunds_due_lead: "Transfer jumlahnya ke rekening peserta, lalu catat nomor transfernya di sini." | "Transfer the amount to the participant's account, then note the number of the transfer here.";
    no_refunds_due: "Tidak ada pengembalian yang harus dikirim." | "No refund is to be sent.";
    no_refunds_due_next: "Begitu sebuah kampanye gagal atau dibatalkan, yang sudah membayar muncul di sini." | "When a campaign fails or is called off, those who have paid appear here.";
    no_refunds: "Belum ada pengembalian dana." | "There are no refunds.";
    refunds_to_send: "Yang harus dikirim" | "Those to send";
    since: "Sejak" | "Since";
    account_unknown: "Rekeningnya belum diisi peserta." | "The participant has not named an account yet.";
    transfer_reference: "Nomor atau catatan transfer" | "Number or note of the transfer";
    mark_as_sent: "Catat terkirim" | "Note as sent";
    needs_doing: "Yang perlu dikerjakan" | "What needs doing";
    look_for: "Bilang sudah transfer; cari di mutasi:" | "They say they have paid; look for it in the bank statement:";
    send_refunds: "Ada pengembalian dana yang harus dikirim." | "There are refunds to send.";

    // Bank statements.
    payments: "Mutasi rekening" | "Bank statement";
    payments_lead: "Pilih berkas mutasi rekening seperti yang diunduh dari bank. Yang cocok ditampilkan dahulu; belum ada yang dicatat." | "Choose the bank statement as the bank offers it for download. What matches is shown first; nothing is recorded yet.";
    statement_file: "Berkas mutasi" | "Statement file";
    payments_limit: "CSV atau Excel, paling besar 4 MB. Yang sudah tercatat tidak dihitung dua kali, jadi berkas yang sama boleh dikirim lagi. Yang lebih besar dibaca oleh perintah sambatan payments import." | "CSV or Excel, at most 4 MB. What is recorded never counts twice, so the same file may be sent again. A larger one is read by the command sambatan payments import.";
    paste_instead: "Atau tempel isinya" | "Or paste its text";
    statement_choices: "Bila kolomnya tidak dikenali" | "When its columns are not recognised";
    statement_choices_hint: "Biasanya tidak perlu diisi. Tulis nama kolom persis seperti di berkasnya." | "Usually left empty. Write the names of the columns exactly as the file has them.";
    columns_seen: "Kolom di berkas ini:" | "Columns of this file:";
    credit_column: "Kolom uang masuk" | "Column of money that came in";
    debit_column: "Kolom uang keluar" | "Column of money that went out";
    direction_column: "Kolom arah (misalnya DB/CR)" | "Column of the direction (such as DB/CR)";
    status_column: "Kolom status" | "Column of the status";
    amount_column: "Kolom jumlah" | "Column of the amount";
    date_column: "Kolom tanggal" | "Column of the date";
    description_column: "Kolom keterangan" | "Column of the description";
    date_format: "Bentuk tanggal" | "Form of the dates";
    found_by_itself: "dikenali sendiri" | "found by itself";
    all_incoming: "Semua baris adalah uang masuk" | "Every line is money that came in";
    statement_needs_choices: "Tidak pasti mana uang masuk dan mana uang keluar, dan itu tidak pernah ditebak. Sebutkan kolomnya di bawah; berkasnya tidak perlu dipilih lagi." | "It is not certain what came in and what went out, and that is never guessed. Name the columns below; the file need not be chosen again.";
    file_is_gone: "Berkas ini tidak tersimpan lagi." | "This file is not kept any more.";
    file_is_gone_next: "Berkas hanya disimpan setengah jam sejak terakhir dipakai. Pilih lagi berkasnya; yang sudah tercatat tidak dihitung dua kali." | "A file is kept for half an hour after its last use. Choose it again; what is recorded never counts twice.";
    no_file_chosen: "Belum ada berkas." | "There is no file.";
    no_file_chosen_next: "Pilih berkas mutasinya, atau tempel isinya." | "Choose the statement's file, or paste its text.";
    file_too_large: "Berkasnya terlalu besar." | "The file is too large.";
    file_too_large_next: "Paling besar 4 MB. Unduh mutasi untuk masa yang lebih pendek, atau pakai perintah sambatan payments import." | "At most 4 MB. Download the statement of a shorter time, or use the command sambatan payments import.";
    back_to_the_statement: "Kembali ke mutasinya" | "Back to the statement";
    record: "Catat" | "Record";
    lines_open: "Menunggu keputusan Anda" | "Waiting for your decision";
    lines_open_lead: "Baris ini tidak dicatat sendiri. Cocokkan dengan pesertanya, atau biarkan bila bukan untuk kampanye mana pun." | "These lines are not recorded by themselves. Match them to their participants, or leave what is for no campaign.";
    lines_settled: "Baris lainnya" | "The other lines";
    lines_refunds: "Mungkin pengembalian dana yang terkirim" | "Perhaps refunds that were sent";
    lines_out: "uang keluar" | "money that went out";
    lines_of_totals: "jumlah dan judul kolom" | "totals and names of columns";
    line_refund: "mungkin pengembalian dana" | "perhaps a refund";
    note_sent_to: "Catat terkirim ke" | "Note as sent to";
    note_sent_to_all: "Catat semuanya terkirim" | "Note all of them as sent";
    record_for: "Catat untuk" | "Record for";
    leave_as_recorded: "Sama dengan yang sudah tercatat: biarkan" | "The same as what is recorded: leave it";
    record_once_more_for: "Pembayaran lain: catat juga untuk" | "Another payment: record it too for";
    line_left: "sama dengan yang sudah tercatat" | "the same as what is recorded";
    record_for_all: "Catat untuk semuanya" | "Record for all of them";
    look_at: "lihat" | "look";
    match_to: "Cocokkan dengan" | "Match to";
    handle_or_code: "nama peserta atau kode SB-…" | "a handle or a code SB-…";
    match_line: "Cocokkan" | "Match";
    nobody_to_match: "Tidak ada peserta dengan nama atau kode itu." | "Nobody has that handle or code.";
    nobody_to_match_next: "Tulis namanya persis seperti di kampanye, atau kode pembayarannya." | "Write the handle exactly as in the campaign, or the payment code.";
    several_found: "Ada beberapa keikutsertaan dengan nama itu." | "Several participations have that handle.";
    several_found_next: "Pilih salah satunya di baris di bawah." | "Choose one of them at the line below.";
    another_statement: "Mutasi lain" | "Another statement";
    read_as: "Dibaca" | "Read";
    read_by_evidence: "baris demi baris, menurut tanda uang masuk atau keluar" | "line by line, by what says whether money came in or went out";
    read_as_list: "sebagai daftar uang masuk, karena tidak ada tanda arahnya" | "as a list of money that came in, for nothing tells a direction";
    read_as_report: "sebagai laporan pembayaran yang masuk, menurut statusnya" | "as a report of payments that came in, by their status";
    read_as_told: "sebagai uang masuk semua, seperti Anda sebutkan" | "as money that came in, as you said";
    unsettled_pending: "belum dibukukan; impor lagi nanti" | "pending: import the file again when they are booked";
    unsettled_failed: "gagal" | "failed";
    unsettled_expired: "kedaluwarsa" | "expired";
    unsettled_refunded: "sudah dikembalikan" | "refunded";
    unsettled_cancelled: "dibatalkan" | "cancelled";
    unsettled_announced: "baru diumumkan, belum dibukukan" | "announced, not booked yet";
    statement_unreadable: "Ini tidak terbaca sebagai mutasi rekening. Salah satu dari 30 baris pertama harus memuat nama kolomnya, misalnya Tanggal;Keterangan;Jumlah. Sebutkan nama kolomnya di bawah bila bank Anda memakai nama lain." | "This can't be read as a bank statement. One of the first 30 lines has to name the columns, such as Date;Description;Amount. Name them below when your bank uses other names.";
    statement: "Isi mutasi" | "Statement";
    show_matches: "Tampilkan yang cocok" | "Show what matches";
    nothing_recorded: "Belum ada yang dicatat." | "Nothing is recorded yet.";
    recorded: "Tercatat." | "Recorded.";
    line: "Baris" | "Line";
    day: "Tanggal" | "Day";
    result: "Hasil" | "Result";
    whose: "Peserta" | "Participant";
    description: "Keterangan" | "Description";
    more_lines: "Baris selanjutnya tidak ditampilkan, tetapi ikut dihitung." | "Further lines are counted but not shown.";
    line_matched: "pas" | "matched";
    line_short: "kurang" | "too little";
    line_over: "lebih" | "too much";
    line_given_up: "untuk slot yang sudah dilepas; harus dikembalikan" | "for slots that were given up; to be returned";
    line_suggested: "mungkin; putuskan sendiri" | "perhaps; decide yourself";
    line_maybe_recorded: "mungkin sudah tercatat; putuskan sendiri" | "perhaps recorded already; decide yourself";
    line_left_over: "tidak ada yang cocok" | "nobody fits";
    line_known: "sudah pernah diimpor" | "imported before";
    line_duplicate: "tertulis dua kali" | "there twice";
    line_unreadable: "tidak terbaca" | "unreadable";

    // Signing in.
    sign_in: "Masuk sebagai penyelenggara" | "Sign in as the organiser";
    sign_in_lead: "Untuk mengelola produk, kampanye, dan peserta." | "To manage products, campaigns and participants.";
    organiser_token: "Token penyelenggara" | "Organiser token";
    organiser_token_hint: "Token yang diatur saat layanan dijalankan (SAMBATAN_ORGANISER_TOKEN)." | "The token that the service was started with (SAMBATAN_ORGANISER_TOKEN).";
    token_is_wrong: "Token ini tidak cocok. Periksa apakah tersalin lengkap." | "This token is not the right one. Check that it was copied completely.";

    // The organiser's overview.
    new_campaign: "Kampanye baru" | "New campaign";
    slots_taken: "slot terisi" | "slots taken";
    closing_soon: "Segera ditutup" | "Closing soon";
    nothing_closes: "Tidak ada kampanye yang berjalan." | "No campaign is running.";
    nothing_closes_next: "Buka kampanye baru, lalu bagikan tautannya di grup." | "Open a new campaign and share its link in the chat.";
    scheduler: "Penjadwal" | "Scheduler";
    running: "Berjalan" | "Running";
    not_running: "Tidak berjalan" | "Not running";
    last_run_failed: "Pemeriksaan terakhir gagal:" | "The last sweep failed:";
    clock_suspect: "Jam server tidak wajar" | "The server's clock is not believable";
    clock_suspect_next: "Jamnya jauh dari waktu terakhir yang diketahui. Bila terlalu maju, kampanye baru diselesaikan setelah jamnya jalan stabil 10 menit; data pribadi baru dihapus setelah 24 jam. Orang tetap bisa ikut, menurut waktu di atas. Periksa jam servernya; bila memang benar, konfirmasi di sini." | "It is far from the last time that was known. If it is ahead, campaigns are settled only after it has gone on evenly for 10 minutes; personal data is erased only after 24 hours. People can join as ever, by the time above. Check the server's clock; if it is right, confirm it here.";
    confirm_clock: "Jamnya benar" | "The clock is right";
    run_now: "Jalankan sekarang" | "Run now";
    next_run: "Pemeriksaan berikutnya" | "Next sweep";
    last_run: "Pemeriksaan terakhir" | "Last sweep";
    run_count: "Sudah berjalan" | "Sweeps so far";
    all: "Semua" | "All";
    by_status: "Menurut status" | "By status";

    // Products and campaigns.
    no_campaigns: "Tidak ada kampanye di sini." | "There are no campaigns here.";
    no_products: "Belum ada produk. Buat produk dulu, lalu buka kampanye untuknya." | "There are no products yet. Create one first, then open a campaign for it.";
    new_product: "Produk baru" | "New product";
    create_product: "Simpan produk" | "Create product";
    name: "Nama" | "Name";
    description_optional: "Keterangan (boleh kosong)" | "Description (optional)";
    base_price: "Harga biasa" | "Usual price";
    price_hint: "Dalam rupiah, misalnya 150.000" | "In rupiah, such as 150.000";
    enabled: "Bisa dipatungankan" | "Group buying on";
    not_enabled: "Belum aktif" | "Group buying off";
    group_buying: "Patungan" | "Group buying";
    enable_group_buying: "Produk ini bisa dipatungankan" | "Group buys can be opened for this product";
    suggested_slots: "Jumlah slot yang disarankan (boleh kosong)" | "Suggested number of slots (optional)";
    suggested_deadline: "Batas waktu yang disarankan (boleh kosong)" | "Suggested deadline (optional)";
    suggestion_hint: "Terisi sendiri saat membuka kampanye." | "Filled in when you open a campaign.";
    save: "Simpan" | "Save";
    product: "Produk" | "Product";
    will_be_enabled: "akan diaktifkan" | "will be switched on";
    title: "Judul" | "Title";
    title_hint: "Misalnya Batch Oktober. Muncul juga di tautannya." | "Such as October batch. It also shows in the link.";
    total_slots: "Jumlah slot" | "Number of slots";
    minimum_slots: "Paling sedikit (boleh kosong)" | "Minimum (optional)";
    minimum_slots_hint: "Kalau sebanyak ini terisi sampai batas waktu, pembelian jalan. Kosong: semua slot harus terisi." | "With so many taken at the deadline it goes ahead. Empty: all slots must be taken.";
    price_per_slot: "Harga per slot" | "Price per slot";
    deadline: "Batas waktu" | "Deadline";
    opens_at: "Dibuka mulai (boleh kosong)" | "Opens at (optional)";
    opens_at_hint: "Kosong: langsung dibuka." | "Empty: it opens at once.";
    more_terms: "Aturan lain" | "More terms";
    terms_protect: "Isian awalnya melindungi dari orang yang memborong slot lalu tidak membayar: waktu bayar 48 jam, paling banyak 5 slot sekali ikut, dan baru jalan setelah semua bayar. Ubah bila pesertanya saling kenal." | "What is filled in protects from somebody who takes the slots and never pays: 48 hours to pay, 5 slots in one join, and it goes ahead once everybody has paid. Change it when your people know each other.";
    on_shortfall: "Kalau kurang dari paling sedikit saat batas waktu" | "With less than the minimum at the deadline";
    shortfall_fails: "Kampanye gagal" | "The campaign fails";
    shortfall_extends: "Batas waktu diundur sekali" | "The deadline moves once";
    extend_days: "Diundur berapa hari" | "Moves by how many days";
    extend_days_hint: "1 sampai 365. Kosongkan kalau tidak diundur." | "1 to 365. Leave it empty when the deadline does not move.";
    completes: "Kalau semua slot terisi" | "When all slots are taken";
    completes_when_full: "Langsung jalan, juga bila ada yang belum membayar" | "It goes ahead at once, paid or not";
    completes_when_paid: "Jalan begitu penuh dan semua lunas" | "It goes ahead when it is full and everybody has paid";
    completes_at_deadline: "Jalan saat batas waktu" | "It goes ahead at the deadline";
    max_slots_per_user: "Slot terbanyak per orang (boleh kosong)" | "Most slots for one person (optional)";
    max_slots_hint: "Kosong: tidak dibatasi." | "Empty: no limit.";
    max_slots_per_join: "Slot terbanyak sekali ikut (boleh kosong)" | "Most slots in one join (optional)";
    max_slots_per_join_hint: "Berlaku untuk siapa pun yang mengirim, juga ke daftar tunggu: tidak ada yang memborong semua slot sekaligus." | "For whoever joins, also for the waiting list: nobody takes every slot at once.";
    payment_timing: "Peserta membayar" | "People pay";
    pay_upfront: "Saat ikut" | "When they join";
    pay_after_tipping: "Setelah jumlah paling sedikit tercapai" | "When the minimum is reached";
    pay_within_hours: "Waktu membayar, dalam jam (boleh kosong)" | "Time to pay, in hours (optional)";
    pay_within_hint: "1 sampai 8760. Kosong: selama kampanye berjalan, atau 48 jam setelah jumlah paling sedikit tercapai." | "1 to 8760. Empty: as long as the campaign runs, or 48 hours when people pay after the minimum is reached.";
    grace_hours: "Kelonggaran sesudahnya, dalam jam (boleh kosong)" | "Grace after that, in hours (optional)";
    grace_hint: "Sampai 8760. Slot yang belum dibayar masih disimpan selama ini, lalu dilepas." | "Up to 8760. Unpaid slots are still kept for so long, then released.";
    create_campaign: "Buka kampanye" | "Open the campaign";

    // A campaign, as its organiser sees it.
    rekap_and_reminders: "Rekap dan pengingat" | "Rekap and reminders";
    public_page: "Halaman publik" | "Public page";
    pick_list: "Daftar kirim" | "Pick list";
    for_spreadsheets: "Unduh CSV:" | "Download as CSV:";
    what_happened: "Riwayat" | "What happened";
    what_happened_lead: "Setiap perubahan, yang terbaru di atas. Tidak memuat nama atau alamat." | "Every change, the newest first. Without names and addresses.";
    verify_log: "Periksa catatan" | "Verify the log";
    whole_log: "Catatan perubahan" | "The log of changes";
    whole_log_lead: "Setiap perubahan tercatat dan terikat pada yang sebelumnya. Kalau satu baris diubah di luar program ini, pemeriksaan menemukannya." | "Every change is logged and tied to the one before. When a row is changed behind this program's back, verifying finds it.";
    keep_the_hash: "Simpan sidik ini di tempat lain, maka catatan yang dipotong lalu ditulis ulang pun ketahuan:" | "Keep this hash elsewhere, and even a log that was cut off and rewritten is found out:";
    verify_now: "Periksa sekarang" | "Verify now";
    nothing_logged: "Belum ada yang tercatat." | "Nothing is logged yet.";
    extend: "Undur batas waktu…" | "Move the deadline…";
    extend_warning: "Semua slot yang sudah diambil tetap. Batas waktu hanya bisa diundur, tidak dimajukan." | "All slots that are taken stay. The deadline can only move to a later time.";
    new_deadline: "Batas waktu baru" | "New deadline";
    yes_extend: "Undur" | "Move it";
    call_off: "Batalkan kampanye…" | "Call the campaign off…";
    everybody_sees_reason: "Dilihat semua orang." | "Everybody sees it.";
    join_code: "Kode ikut" | "Join code";
    join_code_lead: "Hanya yang membawa kode ini bisa ikut. Bagikan tautan ini, bukan tautan halaman publik." | "Only those who bring this code can join. Share this link, not that of the public page.";
    join_code_field: "Kode ikut" | "Join code";
    join_code_field_hint: "Ada di tautan dari penyelenggara." | "It is part of the organiser's link.";
    link_with_code: "Tautan dengan kode" | "Link with the code";
    ask_for_join_code: "Minta kode untuk ikut…" | "Ask for a code to join…";
    change_join_code: "Ganti kode ikut…" | "Change the join code…";
    join_code_warning: "Yang sudah ikut tetap. Tautan yang sudah dibagikan, tanpa kode atau dengan kode lama, tidak bisa lagi dipakai untuk ikut." | "Who has joined stays. Links that are out already, without the code or with the old one, let nobody join any more.";
    join_code_own: "Kode sendiri" | "A code of your own";
    join_code_hint: "6 sampai 64 huruf, angka, - atau _." | "6 to 64 letters, digits, - or _.";
    save_join_code: "Simpan" | "Save";
    make_join_code: "Buatkan" | "Make one";
    no_join_code: "Tanpa kode" | "No code";
    new_join_code: "Kode ikut (boleh kosong)" | "Join code (optional)";
    new_join_code_hint: "Hanya yang membawa kode ini bisa ikut; kode menjadi bagian tautan yang Anda bagikan. 6 sampai 64 huruf, angka, - atau _." | "Only those who bring it can join; it becomes part of the link that you share. 6 to 64 letters, digits, - or _.";
    yes_call_off: "Ya, batalkan kampanye" | "Yes, call it off";
    participants: "Peserta" | "Participants";
    search_participants: "Cari nama, alamat, atau catatan" | "Search handles, addresses and notes";
    search: "Cari" | "Search";
    show_all: "Tampilkan semua" | "Show all";
    nobody_found: "Tidak ada yang cocok di bagian yang sudah dicari." | "Nobody matches in what was searched.";
    nobody_yet_next: "Bagikan halaman publiknya di grup." | "Share the public page in the chat.";
    search_further: "Cari lebih jauh" | "Search further";
    choose: "Pilih" | "Choose";
    choose_all: "Pilih semua" | "Choose all";
    confirm_chosen: "Konfirmasi yang dipilih" | "Confirm the chosen";
    confirm: "Konfirmasi" | "Confirm";
    confirm_hint: "Konfirmasi setelah pembayarannya diterima." | "Confirm when the payment has arrived.";
    cancel_this_participation: "Batalkan keikutsertaan ini…" | "Cancel this participation…";
    cancel_for_them_warning: "Slotnya dilepas dan bisa diambil orang lain." | "Its slots are released and others can take them.";
    cancel_waiting_warning: "Pesertanya keluar dari daftar tunggu." | "The participant leaves the waiting list.";
    ban_handle: "Jangan terima nama ini lagi" | "Don't let this name back in";
    ban_address: "Jangan terima alamat pengiriman ini lagi" | "Don't let this shipping address back in";
    ban_participant: "Jangan terima lagi…" | "Don't let them back in…";
    ban_hint: "Berlaku untuk semua kampanye, sampai Anda mencabutnya. Nama lain bisa dipakai siapa pun; alamat lebih sulit diganti." | "For every campaign, until you lift it. Anybody can make up another name; an address is harder to change.";
    yes_ban: "Ya, jangan terima lagi" | "Yes, don't let them back in";
    bans: "Tidak boleh ikut" | "Who may not join";
    bans_lead: "Nama dan alamat ini tidak bisa ikut kampanye mana pun. Dari alamat hanya disimpan sidiknya, jadi tidak bisa ditampilkan." | "These names and addresses can join no campaign. Of an address only a fingerprint is kept, so it can't be shown.";
    nobody_banned: "Semua boleh ikut." | "Everybody may join.";
    an_address: "Sebuah alamat pengiriman" | "A shipping address";
    banned_at: "Keikutsertaannya" | "The participation";
    lift_ban: "Terima lagi" | "Let them join again";
    add_ban: "Jangan terima" | "Don't let join";
    ban_kind: "Yang tidak diterima" | "What is not let in";
    ban_value: "Nama atau alamat" | "Name or address";
    ban_value_hint: "Huruf besar, kecil, dan spasi tidak dibedakan." | "Upper and lower case and blanks make no difference.";
    their_secret_link: "Tautan rahasia peserta" | "The participant's secret link";
    renew_link: "Ganti tautan rahasia" | "Make a new secret link";
    renew_link_hint: "Bila tautannya sampai ke orang lain: tautan yang lama langsung tidak berlaku, di semua perangkat." | "When somebody else has got hold of the link: the old one ends at once, on every device.";
    confirm_account: "Rekening ini benar" | "This account is right";
    confirm_account_hint: "Tanyakan dulu langsung kepada pesertanya, bukan lewat tautan itu: siapa pun yang memegang tautannya dapat mengganti rekening." | "Ask the participant directly first, not through that link: whoever has the link can change the account.";
    their_secret_link_hint: "Kirimkan hanya kepada pesertanya, bila tautannya hilang." | "Send it to the participant only, when they have lost it.";
    print: "Cetak" | "Print";
    minimum_fact: "Paling sedikit" | "Minimum";
    collected: "Nilai slot terisi" | "Worth of the slots taken";
    received: "Sudah masuk" | "Received";
    to_send_back: "Harus dikembalikan" | "To be sent back";
    sent_back: "Sudah dikembalikan" | "Sent back";
    paid_out: "Dicairkan" | "Paid out";
    balance: "Saldo" | "Balance";
    participants_fact: "Peserta" | "Participants";
    opens_fact: "Dibuka" | "Opens";

    edit_campaign: "Ubah judul atau keterangan" | "Change title or description";
    edit_campaign_lead: "Jumlah slot, harga, dan aturan tidak bisa diubah: peserta sudah menyetujuinya." | "Slots, price and terms can't be changed: people have agreed to them by joining.";
    edit_title_hint: "Tautan yang sudah dibagikan tetap berlaku." | "Links that were shared keep working.";
    edit_product: "Ubah produk" | "Change the product";
    open_again: "Buka kampanye serupa" | "Open one like this";

    // A participation, as its organiser sees it.
    already_confirmed: "Peserta ini sudah dikonfirmasi. Uang yang masuk lagi dicatat dengan Catat pembayaran." | "This participant is confirmed already. Further money is noted by Note a payment.";
    paid_out_goes_ahead: "Dananya sudah dicairkan, jadi kampanye ini tidak bisa dibatalkan lagi." | "Money of it was paid out, so this campaign can't be called off any more.";
    told_to_transfer: "Diminta transfer" | "Told to transfer";
    expired_at: "Waktu bayar habis" | "Time to pay ran out";
    money: "Uang" | "Money";
    record_payment: "Catat pembayaran…" | "Note a payment…";
    payment_confirms: "Berapa pun jumlahnya, peserta terkonfirmasi; yang kurang atau lebih tetap terlihat." | "Whatever the amount, the participant is confirmed by it; what is missing or too much stays visible.";
    payment_goes_back: "Slotnya sudah dilepas, jadi jumlah ini langsung harus dikembalikan." | "The slots were given up, so this amount is to be sent back at once.";
    paid_amount: "Yang masuk (boleh kosong)" | "What came in (optional)";
    paid_amount_hint: "Dalam rupiah. Kosong: tepat sejumlah yang masih harus dibayar." | "In rupiah. Empty: exactly what is still to be paid.";
    reference_optional: "Nomor atau catatan transfer (boleh kosong)" | "Number or note of the transfer (optional)";
    reference_hint: "Pesertanya juga dapat melihatnya." | "The participant can see it, too.";
    save_payment: "Catat pembayaran" | "Note the payment";
    adjust: "Koreksi yang tercatat…" | "Correct what is noted…";
    adjust_lead: "Kalau yang tercatat lebih dari yang masuk, atau kelebihannya sudah Anda kembalikan sendiri." | "When more is noted than came in, or you have given back the surplus yourself.";
    less: "Dikurangi berapa" | "How much less";
    save_adjustment: "Catat koreksi" | "Note the adjustment";
    let_go: "Lepaskan yang belum bayar…" | "Release, as nothing was paid…";
    let_go_warning: "Slotnya dilepas dan langsung diberikan kepada daftar tunggu. Uang yang masih datang sesudahnya harus dikembalikan." | "The slots are released and go to the waiting list at once. Money that comes after that is to be sent back.";
    yes_let_go: "Ya, lepaskan" | "Yes, release";
    waiting_fact: "Daftar tunggu" | "Waiting list";
    close_list: "Tutup daftar tunggu…" | "Close the waiting list…";
    close_list_lead: "Daftar tunggu tetap ada setelah pembelian jalan: slot peserta yang Anda lepas diberikan kepada yang mengantre. Kalau ditutup, yang masih mengantre tercatat batal." | "The waiting list stays when it goes ahead: slots of those you release go to whoever waits. When you close it, those who still wait are noted as cancelled.";
    yes_close_list: "Ya, tutup" | "Yes, close it";
    give_back: "Kembalikan sebagian atau semua…" | "Give some or all of it back…";
    give_back_lead: "Untuk barang yang kurang, rusak, atau kelebihan bayar. Jumlahnya masuk ke daftar pengembalian yang harus dikirim; slotnya tetap dan tetap lunas." | "For what is missing or broken, or was too much. The amount goes on the list of refunds to send; the slots stay and stay paid.";
    give_back_amount: "Dikembalikan berapa" | "How much goes back";
    save_give_back: "Catat pengembalian" | "Note the refund";
    revive: "Ikutkan lagi" | "Take in again";
    revive_hint: "Mutasi bank sering terlambat sehari. Selama masih ada slot, peserta mendapat slotnya kembali dan waktu bayar yang baru." | "Bank statements often arrive a day late. While slots last, the participant gets the slots again and a new time to pay.";

    // Rekap.
    rekap: "Rekap" | "Rekap";
    rekap_hint: "Ringkasan siap tempel ke grup: peserta, yang sudah dan belum bayar, sisa slot, dan batas waktu." | "A summary to paste into the chat: who is in, who has paid, slots left and the deadline.";
    reminders: "Pengingat" | "Reminders";
    reminder: "Teks pengingat" | "Reminder text";
    nobody_to_remind: "Tidak ada yang perlu diingatkan di halaman ini." | "Nobody needs a reminder on this page.";
    language_of_texts: "Bahasa teks" | "Language of the texts";

    // Problems.
    request_id: "Nomor permintaan" | "Request id";
    go_home: "Ke halaman depan" | "To the front page";
    go_to_overview: "Ke ringkasan" | "To the overview";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_says_something_in_both_languages() {
        for (name, id, en) in ALL {
            for text in [id, en] {
                assert!(!text.trim().is_empty() && text.trim() == *text, "{name}");
            }
        }
    }
}
