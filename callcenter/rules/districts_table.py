"""The 666 districts (kecamatan) of East Java by their code.

One paragraph a regency: ``code: districts``, a district being its last two digits and its name.
Facts of government decrees, compiled with cahyadsn/wilayah (MIT).
"""

CURRENT = """
35.01: 01 Donorojo; 02 Pringkuku; 03 Punung; 04 Pacitan; 05 Kebonagung; 06 Arjosari; 07 Nawangan;
  08 Bandar; 09 Tegalombo; 10 Tulakan; 11 Ngadirojo; 12 Sudimoro
35.02: 01 Slahung; 02 Ngrayun; 03 Bungkal; 04 Sambit; 05 Sawoo; 06 Sooko; 07 Pulung; 08 Mlarak;
  09 Jetis; 10 Siman; 11 Balong; 12 Kauman; 13 Badegan; 14 Sampung; 15 Sukorejo; 16 Babadan;
  17 Ponorogo; 18 Jenangan; 19 Ngebel; 20 Jambon; 21 Pudak
35.03: 01 Panggul; 02 Munjungan; 03 Pule; 04 Dongko; 05 Tugu; 06 Karangan; 07 Kampak; 08 Watulimo;
  09 Bendungan; 10 Gandusari; 11 Trenggalek; 12 Pogalan; 13 Durenan; 14 Suruh
35.04: 01 Tulungagung; 02 Boyolangu; 03 Kedungwaru; 04 Ngantru; 05 Kauman; 06 Pagerwojo;
  07 Sendang; 08 Karangrejo; 09 Gondang; 10 Sumbergempol; 11 Ngunut; 12 Pucanglaban;
  13 Rejotangan; 14 Kalidawir; 15 Besuki; 16 Campurdarat; 17 Bandung; 18 Pakel; 19 Tanggunggunung
35.05: 01 Wonodadi; 02 Udanawu; 03 Srengat; 04 Kademangan; 05 Bakung; 06 Ponggok; 07 Sanankulon;
  08 Wonotirto; 09 Nglegok; 10 Kanigoro; 11 Garum; 12 Sutojayan; 13 Panggungrejo; 14 Talun;
  15 Gandusari; 16 Binangun; 17 Wlingi; 18 Doko; 19 Kesamben; 20 Wates; 21 Selorejo; 22 Selopuro
35.06: 01 Semen; 02 Mojo; 03 Kras; 04 Ngadiluwih; 05 Kandat; 06 Wates; 07 Ngancar; 08 Puncu;
  09 Plosoklaten; 10 Gurah; 11 Pagu; 12 Gampengrejo; 13 Grogol; 14 Papar; 15 Purwoasri;
  16 Plemahan; 17 Pare; 18 Kepung; 19 Kandangan; 20 Tarokan; 21 Kunjang; 22 Banyakan;
  23 Ringinrejo; 24 Kayen Kidul; 25 Ngasem; 26 Badas
35.07: 01 Donomulyo; 02 Pagak; 03 Bantur; 04 Sumbermanjing Wetan; 05 Dampit; 06 Ampelgading;
  07 Poncokusumo; 08 Wajak; 09 Turen; 10 Gondanglegi; 11 Kalipare; 12 Sumberpucung; 13 Kepanjen;
  14 Bululawang; 15 Tajinan; 16 Tumpang; 17 Jabung; 18 Pakis; 19 Pakisaji; 20 Ngajum; 21 Wagir;
  22 Dau; 23 Karangploso; 24 Singosari; 25 Lawang; 26 Pujon; 27 Ngantang; 28 Kasembon;
  29 Gedangan; 30 Tirtoyudo; 31 Kromengan; 32 Wonosari; 33 Pagelaran
35.08: 01 Tempursari; 02 Pronojiwo; 03 Candipuro; 04 Pasirian; 05 Tempeh; 06 Kunir;
  07 Yosowilangun; 08 Rowokangkung; 09 Tekung; 10 Lumajang; 11 Pasrujambe; 12 Senduro;
  13 Gucialit; 14 Padang; 15 Sukodono; 16 Kedungjajang; 17 Jatiroto; 18 Randuagung; 19 Klakah;
  20 Ranuyoso; 21 Sumbersuko
35.09: 01 Jombang; 02 Kencong; 03 Sumberbaru; 04 Gumukmas; 05 Umbulsari; 06 Tanggul; 07 Semboro;
  08 Puger; 09 Bangsalsari; 10 Balung; 11 Wuluhan; 12 Ambulu; 13 Rambipuji; 14 Panti;
  15 Sukorambi; 16 Jenggawah; 17 Ajung; 18 Tempurejo; 19 Kaliwates; 20 Patrang; 21 Sumbersari;
  22 Arjasa; 23 Mumbulsari; 24 Pakusari; 25 Jelbuk; 26 Mayang; 27 Kalisat; 28 Ledokombo;
  29 Sukowono; 30 Silo; 31 Sumberjambe
35.10: 01 Pesanggaran; 02 Bangorejo; 03 Purwoharjo; 04 Tegaldlimo; 05 Muncar; 06 Cluring;
  07 Gambiran; 08 Srono; 09 Genteng; 10 Glenmore; 11 Kalibaru; 12 Singojuruh; 13 Rogojampi;
  14 Kabat; 15 Glagah; 16 Banyuwangi; 17 Giri; 18 Wongsorejo; 19 Songgon; 20 Sempu; 21 Kalipuro;
  22 Siliragung; 23 Tegalsari; 24 Licin; 25 Blimbingsari
35.11: 01 Maesan; 02 Tamanan; 03 Tlogosari; 04 Sukosari; 05 Pujer; 06 Grujugan; 07 Curahdami;
  08 Tenggarang; 09 Wonosari; 10 Tapen; 11 Bondowoso; 12 Wringin; 13 Tegalampel; 14 Klabang;
  15 Cermee; 16 Prajekan; 17 Pakem; 18 Sumberwringin; 19 Sempol; 20 Binakal; 21 Taman Krocok;
  22 Botolinggo; 23 Jambesari Darus Sholah
35.12: 01 Jatibanteng; 02 Besuki; 03 Suboh; 04 Mlandingan; 05 Kendit; 06 Panarukan; 07 Situbondo;
  08 Panji; 09 Mangaran; 10 Kapongan; 11 Arjasa; 12 Jangkar; 13 Asembagus; 14 Banyuputih;
  15 Sumbermalang; 16 Banyuglugur; 17 Bungatan
35.13: 01 Sukapura; 02 Sumber; 03 Kuripan; 04 Bantaran; 05 Leces; 06 Banyuanyar; 07 Tiris;
  08 Krucil; 09 Gading; 10 Pakuniran; 11 Kotaanyar; 12 Paiton; 13 Besuk; 14 Kraksaan;
  15 Krejengan; 16 Pajarakan; 17 Maron; 18 Gending; 19 Dringu; 20 Tegalsiwalan; 21 Sumberasih;
  22 Wonomerto; 23 Tongas; 24 Lumbang
35.14: 01 Purwodadi; 02 Tutur; 03 Puspo; 04 Lumbang; 05 Pasrepan; 06 Kejayan; 07 Wonorejo;
  08 Purwosari; 09 Sukorejo; 10 Prigen; 11 Pandaan; 12 Gempol; 13 Beji; 14 Bangil; 15 Rembang;
  16 Kraton; 17 Pohjentrek; 18 Gondangwetan; 19 Winongan; 20 Grati; 21 Nguling; 22 Lekok;
  23 Rejoso; 24 Tosari
35.15: 01 Tarik; 02 Prambon; 03 Krembung; 04 Porong; 05 Jabon; 06 Tanggulangin; 07 Candi;
  08 Sidoarjo; 09 Tulangan; 10 Wonoayu; 11 Krian; 12 Balongbendo; 13 Taman; 14 Sukodono;
  15 Buduran; 16 Gedangan; 17 Sedati; 18 Waru
35.16: 01 Jatirejo; 02 Gondang; 03 Pacet; 04 Trawas; 05 Ngoro; 06 Pungging; 07 Kutorejo;
  08 Mojosari; 09 Dlanggu; 10 Bangsal; 11 Puri; 12 Trowulan; 13 Sooko; 14 Gedeg; 15 Kemlagi;
  16 Jetis; 17 Dawarblandong; 18 Mojoanyar
35.17: 01 Perak; 02 Gudo; 03 Ngoro; 04 Bareng; 05 Wonosalam; 06 Mojoagung; 07 Mojowarno; 08 Diwek;
  09 Jombang; 10 Peterongan; 11 Sumobito; 12 Kesamben; 13 Tembelang; 14 Ploso; 15 Plandaan;
  16 Kabuh; 17 Kudu; 18 Bandarkedungmulyo; 19 Jogoroto; 20 Megaluh; 21 Ngusikan
35.18: 01 Sawahan; 02 Ngetos; 03 Berbek; 04 Loceret; 05 Pace; 06 Prambon; 07 Ngronggot;
  08 Kertosono; 09 Patianrowo; 10 Baron; 11 Tanjunganom; 12 Sukomoro; 13 Nganjuk; 14 Bagor;
  15 Wilangan; 16 Rejoso; 17 Gondang; 18 Ngluyu; 19 Lengkong; 20 Jatikalen
35.19: 01 Kebonsari; 02 Dolopo; 03 Geger; 04 Dagangan; 05 Kare; 06 Gemarang; 07 Wungu; 08 Madiun;
  09 Jiwan; 10 Balerejo; 11 Mejayan; 12 Saradan; 13 Pilangkenceng; 14 Sawahan; 15 Wonoasri
35.20: 01 Poncol; 02 Parang; 03 Lembeyan; 04 Takeran; 05 Kawedanan; 06 Magetan; 07 Plaosan;
  08 Panekan; 09 Sukomoro; 10 Bendo; 11 Maospati; 12 Barat; 13 Karangrejo; 14 Karas;
  15 Kartoharjo; 16 Ngariboyo; 17 Nguntoronadi; 18 Sidorejo
35.21: 01 Sine; 02 Ngrambe; 03 Jogorogo; 04 Kendal; 05 Geneng; 06 Kwadungan; 07 Karangjati;
  08 Padas; 09 Ngawi; 10 Paron; 11 Kedunggalar; 12 Widodaren; 13 Mantingan; 14 Pangkur;
  15 Bringin; 16 Pitu; 17 Karanganyar; 18 Gerih; 19 Kasreman
35.22: 01 Ngraho; 02 Tambakrejo; 03 Ngambon; 04 Ngasem; 05 Bubulan; 06 Dander; 07 Sugihwaras;
  08 Kedungadem; 09 Kepohbaru; 10 Baureno; 11 Kanor; 12 Sumberrejo; 13 Balen; 14 Kapas;
  15 Bojonegoro; 16 Kalitidu; 17 Malo; 18 Purwosari; 19 Padangan; 20 Kasiman; 21 Temayang;
  22 Margomulyo; 23 Trucuk; 24 Sukosewu; 25 Kedewan; 26 Gondang; 27 Sekar; 28 Gayam
35.23: 01 Kenduruan; 02 Jatirogo; 03 Bangilan; 04 Bancar; 05 Senori; 06 Tambakboyo; 07 Singgahan;
  08 Kerek; 09 Parengan; 10 Montong; 11 Soko; 12 Jenu; 13 Merakurak; 14 Rengel; 15 Semanding;
  16 Tuban; 17 Plumpang; 18 Palang; 19 Widang; 20 Grabagan
35.24: 01 Sukorame; 02 Bluluk; 03 Modo; 04 Ngimbang; 05 Babat; 06 Kedungpring; 07 Brondong;
  08 Laren; 09 Sekaran; 10 Maduran; 11 Sambeng; 12 Sugio; 13 Pucuk; 14 Paciran; 15 Solokuro;
  16 Mantup; 17 Sukodadi; 18 Karanggeneng; 19 Kembangbahu; 20 Kalitengah; 21 Turi; 22 Lamongan;
  23 Tikung; 24 Karangbinangun; 25 Deket; 26 Glagah; 27 Sarirejo
35.25: 01 Dukun; 02 Balongpanggang; 03 Panceng; 04 Benjeng; 05 Duduksampeyan; 06 Wringinanom;
  07 Ujungpangkah; 08 Kedamean; 09 Sidayu; 10 Manyar; 11 Cerme; 12 Bungah; 13 Menganti;
  14 Kebomas; 15 Driyorejo; 16 Gresik; 17 Sangkapura; 18 Tambak
35.26: 01 Bangkalan; 02 Socah; 03 Burneh; 04 Kamal; 05 Arosbaya; 06 Geger; 07 Klampis; 08 Sepulu;
  09 Tanjung Bumi; 10 Kokop; 11 Kwanyar; 12 Labang; 13 Tanah Merah; 14 Tragah; 15 Blega;
  16 Modung; 17 Konang; 18 Galis
35.27: 01 Sreseh; 02 Torjun; 03 Sampang; 04 Camplong; 05 Omben; 06 Kedungdung; 07 Jrengik;
  08 Tambelangan; 09 Banyuates; 10 Robatal; 11 Sokobanah; 12 Ketapang; 13 Pangarengan;
  14 Karangpenang
35.28: 01 Tlanakan; 02 Pademawu; 03 Galis; 04 Pamekasan; 05 Proppo; 06 Palengaan; 07 Pegantenan;
  08 Larangan; 09 Pakong; 10 Waru; 11 Batumarmar; 12 Kadur; 13 Pasean
35.29: 01 Kota Sumenep; 02 Kalianget; 03 Manding; 04 Talango; 05 Bluto; 06 Saronggi; 07 Lenteng;
  08 Giliginting; 09 Guluk-Guluk; 10 Ganding; 11 Pragaan; 12 Ambunten; 13 Pasongsongan; 14 Dasuk;
  15 Rubaru; 16 Batang Batang; 17 Batuputih; 18 Dungkek; 19 Gapura; 20 Gayam; 21 Nonggunong;
  22 Ra'as; 23 Masalembu; 24 Arjasa; 25 Sapeken; 26 Batuan; 27 Kangayan
35.71: 01 Mojoroto; 02 Kota; 03 Pesantren
35.72: 01 Kepanjenkidul; 02 Sukorejo; 03 Sananwetan
35.73: 01 Blimbing; 02 Klojen; 03 Kedungkandang; 04 Sukun; 05 Lowokwaru
35.74: 01 Kademangan; 02 Wonoasih; 03 Mayangan; 04 Kanigaran; 05 Kedopok
35.75: 01 Gadingrejo; 02 Purworejo; 03 Bugul Kidul; 04 Panggungrejo
35.76: 01 Prajuritkulon; 02 Magersari; 03 Kranggan
35.77: 01 Kartoharjo; 02 Manguharjo; 03 Taman
35.78: 01 Karang Pilang; 02 Wonocolo; 03 Rungkut; 04 Wonokromo; 05 Tegalsari; 06 Sawahan;
  07 Genteng; 08 Gubeng; 09 Sukolilo; 10 Tambaksari; 11 Simokerto; 12 Pabean Cantian; 13 Bubutan;
  14 Tandes; 15 Krembangan; 16 Semampir; 17 Kenjeran; 18 Lakarsantri; 19 Benowo; 20 Wiyung;
  21 Dukuh Pakis; 22 Gayungan; 23 Jambangan; 24 Tenggilis Mejoyo; 25 Gunung Anyar; 26 Mulyorejo;
  27 Sukomanunggal; 28 Asem Rowo; 29 Bulak; 30 Pakal; 31 Sambikerep
35.79: 01 Batu; 02 Bumiaji; 03 Junrejo
"""
