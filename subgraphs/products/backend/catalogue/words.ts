/** What the seeded products are made of. Letters of many kinds on purpose: whatever carries them must not harm them. */

/** Top category, its divisions, and what is sold there. */
export const SHELVES = [
  {
    name: 'Küche & Tisch',
    divisions: ['Kochen', 'Backen', 'Café'],
    things: ['Pfanne', 'Crêpière', 'Teekessel', 'Rührschüssel'],
  },
  {
    name: 'Werkstatt',
    divisions: ['Messen', 'Schrauben', 'Sägen'],
    things: ['Zollstock', 'Schraubenzieher', 'Säge', 'Wasserwaage'],
  },
  { name: 'Outdoor', divisions: ['Fjäll', 'Vélo', 'Sea'], things: ['Zelt', 'Sacoche', 'Kåta', 'Dry Bag'] },
  {
    name: 'Papier & Books',
    divisions: ['Romane', 'Cahiers', 'Maps'],
    things: ['Notizbuch', 'Atlas', 'Calendrier', 'Novel'],
  },
  {
    name: 'Klang 🎹',
    divisions: ['Strings', 'Żywe Bębny', 'Synths'],
    things: ['Ukulele', 'Bęben', 'Drum Machine', 'Flöte'],
  },
];

/** Names of the shelves within a division. */
export const KINDS = ['Basics', 'Édition spéciale', 'Für Kinder'];

export const ADJECTIVES = [
  'Blaue',
  'Große',
  'Petite',
  'Świetna',
  'Nordic',
  'Robuste',
  'Léger',
  'Çok iyi',
  'Quiet',
  'Grøn',
];

export const COLOURS = ['blau', 'grün', 'rouge', 'white', 'żółty'];

export const MATERIALS = ['Birke', 'Edelstahl', 'laiton', 'wool', 'céramique'];

export const SENTENCES = [
  'Made to be used every day.',
  'Aus der Manufaktur in Görlitz – seit 1898.',
  'Convient à toute la famille.',
  'Please mind the "sharp" <edge> & keep dry.',
  'Läuft leise 🤫 und lange.',
];

export const TAGS = ['geschenk', 'neu', 'soldes', 'bestseller', 'öko', 'handmade'];
