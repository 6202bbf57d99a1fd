/** Letters that no accent was put on, but that people leave out of a search all the same. */
const PLAIN = new Map(Object.entries({ ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ı: 'i', æ: 'ae', œ: 'oe', þ: 'th' }));

/** Lower case without accents, for searching: `Zoë Müßig` becomes `zoe mussig`. */
export function fold(text: string): string {
  const bare = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return bare.replace(/[ßøłđıæœþ]/gu, (letter) => PLAIN.get(letter)!);
}

/** The distinct words of a text, folded. */
export function words(text: string): string[] {
  return [...new Set(fold(text).split(/\s+/u).filter(Boolean))];
}
