// Prints orders of the demo, with the names of their products:
//   npx sluice start --demo              in another terminal
//   node examples/plain/src/main.ts      or with the URL of another gateway behind it
import { orderLines } from './orders.ts';

const url = process.argv[2] ?? 'http://127.0.0.1:4000/graphql';
for (const line of await orderLines({ url })) console.log(line);
