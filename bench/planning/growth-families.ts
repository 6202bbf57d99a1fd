import {
  deepNesting,
  type Family,
  fragmentBomb,
  keyChain,
  manyConditions,
  manyFields,
  manyImplementations,
  requirementChain,
  scatteredFields,
  sharedEverything,
} from '../../test/planner/families.ts';

/** Graphs and operations that grow in one direction, at sizes that double; the third is the one that others stumble over. */
export interface GrowthFamily {
  readonly name: string;
  readonly sizes: readonly [number, number, number, number];
  readonly make: (size: number) => Family;
}

export const GROWTH_FAMILIES: readonly GrowthFamily[] = [
  {
    name: 'subgraphs that share every type',
    sizes: [8, 15, 30, 60],
    make: (size) => sharedEverything(size, 20, 5),
  },
  {
    name: 'subgraphs, twice as many fields, each in three of them',
    sizes: [8, 15, 30, 60],
    make: (size) => scatteredFields(size, size * 2, 3),
  },
  {
    name: 'implementations of an interface, 4 levels',
    sizes: [25, 50, 100, 200],
    make: (size) => manyImplementations(size, 4),
  },
  { name: 'keys in a chain', sizes: [15, 30, 60, 120], make: keyChain },
  { name: 'required fields in a chain', sizes: [8, 15, 30, 60], make: requirementChain },
  { name: 'levels, in turn from two subgraphs', sizes: [50, 100, 200, 250], make: deepNesting },
  { name: 'fields of each of two subgraphs', sizes: [125, 250, 500, 1000], make: manyFields },
  {
    name: 'variables, each deciding about two fields',
    sizes: [125, 250, 500, 1000],
    make: manyConditions,
  },
  { name: 'fragments that spread each other twice', sizes: [10, 20, 40, 80], make: fragmentBomb },
];

export interface GrowthTimes {
  /** CPU time of the very first plan of a process, at the third size. */
  readonly firstMs: number;
  /** CPU time of a plan at each size, warm: means. */
  readonly cpuMs: readonly number[];
}
