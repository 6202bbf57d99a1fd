/** For options that may be given several times: commander hands over each value with those before it. */
export const repeatable = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];
