/** Whether a type, as it is written, is a list. */
export const isList = (type: string): boolean => type.startsWith('[');
