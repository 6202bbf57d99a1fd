import { demo } from './demo.ts';
import { heavy, heavyNoDedupe, small } from './federated.ts';
import { mix } from './mix.ts';
import { posts } from './posts.ts';
import { user } from './user.ts';
import type { Workload } from './workload.ts';

/** In the order of a whole run. */
export const WORKLOADS: readonly Workload[] = [heavy, heavyNoDedupe, small, mix, posts, demo, user];
