npx vitest run test/connectors/import/xml/round-trip.test.ts 2>&1 | sed 's/\x1b\[[0-9;]*m//g' | grep -A40 "/.*: expected\|Expected\|✓\|Caused by: [^A]" | cut -c1-1500 | head -60
