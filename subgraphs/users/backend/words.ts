/** What the seeded users are made of. Letters of many scripts on purpose: whatever carries them must not harm them. */

export const GIVEN_NAMES = [
  'Ada',
  'Zoë',
  'Björn',
  'Çağla',
  'Dvořák',
  'Éloïse',
  'François',
  'Grace',
  'Håkon',
  'Inès',
  'Jürgen',
  'Katarzyna',
  'Łukasz',
  'María José',
  'Noël',
  'Ólafur',
  'Pätkä',
  'Quentin',
  'Renée',
  'Søren',
  'Þóra',
  'Ümit',
  'Väinö',
  'Wanjirũ',
  'Xóchitl',
  'Yağmur',
  'Željko',
  'Aiko',
  'Nguyễn',
  'Siân',
  '美咲',
  'Ольга',
  'Ελένη',
  'مريم',
];

export const FAMILY_NAMES = [
  'Lovelace',
  'Müller',
  'Nuñez',
  'O’Brien',
  'Straße',
  'Škoda',
  'Gödel',
  'Hopper',
  'Ångström',
  'Béart',
  'Kowalczyk',
  'Jäger-Weiß',
  'van der Berg',
  'Sørensen',
  'Çelik',
  'Dijkstra',
  'Erdős',
  'Fröhlich',
  'García',
  'Hämäläinen',
  'Ibáñez',
  'Jørgensen',
  'Kučera',
  'Liljeström',
  'MacLeod',
  'Noether',
  'Öztürk',
  'Poincaré',
  'Quiñones',
  'Rødsand',
];

/** Put behind the name of some users. */
export const FLOURISHES = ['🚲', '👩‍🚀', '🏳️‍🌈', '🎹'];

export const STREETS = [
  'Hauptstraße',
  'Rue de l’Église',
  'Älggatan',
  'Calle Peñón',
  'High Street',
  'Ulica Główna',
  'Nørregade',
  'Žitná',
];

/** In a postal code, `#` stands for a digit. */
export const CITIES = [
  { city: 'Dresden', country: 'DE', postalCode: '010##' },
  { city: 'München', country: 'DE', postalCode: '80###' },
  { city: 'Zürich', country: 'CH', postalCode: '80##' },
  { city: 'Malmö', country: 'SE', postalCode: '21# ##' },
  { city: 'Łódź', country: 'PL', postalCode: '90-###' },
  { city: 'A Coruña', country: 'ES', postalCode: '150##' },
  { city: 'Bourg-en-Bresse', country: 'FR', postalCode: '010##' },
  { city: 'Tromsø', country: 'NO', postalCode: '90##' },
  { city: 'Plzeň', country: 'CZ', postalCode: '30# ##' },
  { city: 'Boston', country: 'US', postalCode: '021##' },
];

export const THEMES = ['light', 'dark', 'high-contrast'];

export const LANGUAGES = ['de', 'en', 'es', 'fr', 'nb', 'pl', 'sv', 'tr'];
