"""The figures in Indonesian: their names, and their definitions as supervisors read them."""

# key: (name, definition)
INDONESIAN = {
    "inbound": (
        "Panggilan masuk",
        "Panggilan yang sampai ke kami, masing-masing sekali, termasuk yang ditolak; "
        "panggilan uji coba tidak.",
    ),
    "blocked": (
        "Ditolak",
        "Ditolak sebelum antrean mana pun: saluran penuh, tutup, atau diblokir.",
    ),
    "blocked_rate": (
        "Bagian yang ditolak",
        "Panggilan yang ditolak, dari semua yang sampai ke kami.",
    ),
    "offered": (
        "Masuk antrean",
        "Berapa kali sebuah antrean dimasuki; pengalihan ke antrean lain adalah yang kedua.",
    ),
    "answered": (
        "Terjawab",
        "Masuk antrean dan dijawab petugas.",
    ),
    "handled": (
        "Selesai ditangani",
        "Terjawab, dan percakapannya sudah berakhir.",
    ),
    "abandoned": (
        "Terputus sebelum dilayani",
        "Penelepon meninggalkan antrean sebelum tersambung dengan petugas.",
    ),
    "short_abandoned": (
        "Putus seketika",
        "Dari yang terputus: yang menunggu kurang dari batas singkat.",
    ),
    "flow_out": (
        "Keluar lewat jalan lain",
        "Meninggalkan antrean untuk telepon balik, pesan suara, antrean atau telepon lain.",
    ),
    "ivr_contained": (
        "Selesai di menu",
        "Panggilan yang diselesaikan menu dengan hasil yang diminta.",
    ),
    "ivr_abandoned": (
        "Putus di menu",
        "Panggilan yang berakhir di menu tanpa hasil.",
    ),
    "ivr_containment_rate": (
        "Bagian selesai di menu",
        "Panggilan yang selesai di menu, dari semua yang tidak ditolak.",
    ),
    "answered_in_target": (
        "Terjawab tepat waktu",
        "Terjawab dalam waktu target; detik terakhirnya masih dihitung.",
    ),
    "sl_offered": (
        "Tingkat layanan",
        "Terjawab dalam waktu target, dari semua yang terjawab atau terputus. Yang masih "
        "menunggu dan yang minta ditelepon balik tidak dihitung.",
    ),
    "sl_answered": (
        "Tingkat layanan atas yang terjawab",
        "Terjawab dalam waktu target, dari yang terjawab.",
    ),
    "sl_excl_short": (
        "Tingkat layanan tanpa putus seketika",
        "Terjawab dalam waktu target, dari yang terjawab dan terputus, tanpa yang putus seketika.",
    ),
    "sl_excl_abandoned_in_target": (
        "Tingkat layanan tanpa putus dalam target",
        "Terjawab dalam waktu target, dari yang terjawab dan yang terputus sesudah target.",
    ),
    "sl_served_or_abandoned_in_target": (
        "Terjawab atau putus dalam target",
        "Terjawab atau terputus dalam waktu target, dari yang terjawab dan terputus.",
    ),
    "sl_served_or_short_abandoned": (
        "Terjawab dalam target atau putus seketika",
        "Terjawab dalam waktu target atau putus seketika, dari yang terjawab dan terputus.",
    ),
    "sl_incl_flowout": (
        "Tingkat layanan termasuk jalan lain",
        "Terjawab dalam waktu target, dari yang terjawab, terputus, dan keluar lewat jalan lain.",
    ),
    "abandoned_in_target": (
        "Putus dalam target",
        "Terputus dalam waktu target.",
    ),
    "abandon_rate": (
        "Bagian terputus",
        "Terputus, dari semua yang masuk antrean.",
    ),
    "abandon_rate_excl_short": (
        "Bagian terputus tanpa putus seketika",
        "Terputus, dari semua yang masuk antrean; yang putus seketika tidak dihitung di keduanya.",
    ),
    "asa_s": (
        "Rata-rata tunggu",
        "Rata-rata waktu tunggu yang terjawab, sejak masuk antrean, termasuk waktu berdering.",
    ),
    "time_to_agent_s": (
        "Rata-rata sampai petugas",
        "Rata-rata waktu dari panggilan tiba sampai jawaban pertama, termasuk menu.",
    ),
    "wait_p50_s": (
        "Tunggu 50 %",
        "Setengah dari yang terjawab menunggu tidak lebih lama dari ini.",
    ),
    "wait_p90_s": (
        "Tunggu 90 %",
        "Sembilan dari sepuluh yang terjawab menunggu tidak lebih lama dari ini.",
    ),
    "wait_p95_s": (
        "Tunggu 95 %",
        "Sembilan belas dari dua puluh yang terjawab menunggu tidak lebih lama dari ini.",
    ),
    "longest_wait_s": (
        "Tunggu terlama",
        "Waktu tunggu terlama yang sudah berakhir, terjawab atau terputus.",
    ),
    "abandon_wait_mean_s": (
        "Rata-rata tunggu yang terputus",
        "Berapa lama rata-rata penelepon menunggu sebelum terputus.",
    ),
    "talk_s": (
        "Waktu bicara",
        "Lama percakapan, tanpa tahan, dalam waktu yang ditampilkan.",
    ),
    "hold_s": (
        "Waktu tahan",
        "Lama penelepon ditahan, dalam waktu yang ditampilkan.",
    ),
    "acw_s": (
        "Waktu catatan",
        "Lama penyelesaian catatan sesudah percakapan, dalam waktu yang ditampilkan.",
    ),
    "aht_s": (
        "Rata-rata penanganan",
        "Rata-rata lama penanganan: bicara, tahan, dan catatan dari yang selesai ditangani.",
    ),
    "transferred": (
        "Dialihkan",
        "Percakapan yang dialihkan petugas.",
    ),
    "transfer_rate": (
        "Bagian dialihkan",
        "Pengalihan oleh petugas, dari yang terjawab.",
    ),
    "unique_calls_answered": (
        "Panggilan terjawab",
        "Panggilan yang dijawab setidaknya satu petugas.",
    ),
    "agent_missed": (
        "Dering tak diangkat",
        "Dering di meja petugas yang tidak diangkat pada waktunya.",
    ),
    "callback_requested": (
        "Minta telepon balik",
        "Penelepon yang minta ditelepon balik.",
    ),
    "callback_completed": (
        "Telepon balik tersambung",
        "Janji telepon balik yang penerimanya sudah tersambung dengan petugas.",
    ),
    "callback_wait_mean_s": (
        "Rata-rata tunggu telepon balik",
        "Rata-rata waktu dari permintaan sampai telepon balik yang menepatinya.",
    ),
    "unique_callers": (
        "Orang yang menelepon",
        "Orang yang menelepon, dibedakan menurut nomornya.",
    ),
    "repeat_calls": (
        "Panggilan ulang",
        "Panggilan sesudah yang pertama dari nomor yang sama.",
    ),
    "unknown_number_calls": (
        "Nomor tersembunyi",
        "Panggilan yang nomornya tersembunyi: bukan ulangan siapa pun.",
    ),
    "callers_never_answered": (
        "Belum tersambung",
        "Orang yang menelepon dan belum berbicara dengan petugas, juga tidak lewat telepon balik.",
    ),
    "callers_reached_rate": (
        "Bagian orang yang tersambung",
        "Orang yang setidaknya sekali berbicara dengan petugas, dari semua yang menelepon.",
    ),
    "attempts_per_known_caller": (
        "Panggilan per orang",
        "Rata-rata panggilan tiap orang yang nomornya diketahui.",
    ),
    "waiting_now": (
        "Menunggu",
        "Penelepon yang sedang menunggu sekarang.",
    ),
    "longest_waiting_now_s": (
        "Terlama menunggu",
        "Sudah berapa lama penelepon yang paling lama menunggu sekarang.",
    ),
    "talking_now": (
        "Sedang bicara",
        "Percakapan yang sedang berlangsung.",
    ),
    "stale_closed": (
        "Ditutup oleh aturan",
        "Panggilan terjawab yang kabar akhirnya tidak pernah datang.",
    ),
    "peak_concurrent_talk": (
        "Percakapan bersamaan terbanyak",
        "Percakapan terbanyak pada satu saat; yang berakhir saat yang lain mulai tidak bersamaan.",
    ),
    "data_anomalies": (
        "Kejanggalan data",
        "Yang tidak mungkin terjadi dalam kabar yang kami terima: dihitung, tidak dibuang.",
    ),
    "prank": (
        "Iseng",
        "Panggilan yang hasilnya iseng.",
    ),
    "confirmations": (
        "Konfirmasi",
        "Laporan dengan keperluan konfirmasi, dihitung sekali, pada hasil pertama yang membantu.",
    ),
    "short_service": (
        "Percakapan singkat",
        "Terjawab dan berakhir lebih cepat dari batas percakapan singkat.",
    ),
    "short_service_rate": (
        "Bagian percakapan singkat",
        "Percakapan yang lebih singkat dari batas, dari yang terjawab.",
    ),
    "occupancy": (
        "Keterisian",
        "Dari waktu petugas siap atau dalam panggilan: bagian dalam panggilan, termasuk "
        "catatan. Istirahat tidak dihitung.",
    ),
    "utilisation": (
        "Pemakaian",
        "Dari waktu petugas masuk, termasuk istirahat: bagian dalam panggilan.",
    ),
    "survey_answered": (
        "Menjawab survei",
        "Penelepon yang menjawab sesudah panggilan apakah keperluannya terbantu.",
    ),
    "survey_solved_rate": (
        "Keperluan terbantu",
        "Penelepon yang menjawab sudah terbantu, dari semua yang menjawab pertanyaan itu.",
    ),
    "survey_rated": (
        "Menilai pelayanan",
        "Penelepon yang memberi nilai 1 sampai 5 sesudah panggilan.",
    ),
    "survey_satisfaction_mean": (
        "Nilai pelayanan",
        "Rata-rata nilai 1 sampai 5 dari penelepon; 5 berarti sangat baik.",
    ),
}
