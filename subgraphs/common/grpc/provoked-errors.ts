import { status } from '@grpc/grpc-js';
import { CallError, detail, errorInfo } from './call-error.ts';

/**
 * Ids that make the service fail in ways that are otherwise hard to bring about, so that what callers make of it can be
 * shown: `internal-error`, `unavailable-error`, `quota-error`.
 * @param domain who defines the reasons of ErrorInfo
 * @param internalMessage what `internal-error` says: something that no caller should ever see
 * @returns throws if one of its ids is such an id
 */
export function failureOnDemand(domain: string, internalMessage: string): (ids: readonly string[]) => void {
  return (ids) => {
    for (const id of ids) {
      if (!id.endsWith('-error')) continue;
      if (id === 'internal-error') throw new Error(internalMessage);
      if (id === 'unavailable-error') {
        throw new CallError(status.UNAVAILABLE, 'The service is overloaded. Try again in 1.5 seconds.', [
          errorInfo(domain, 'OVERLOADED'),
          detail('RetryInfo', { retryDelay: { seconds: 1, nanos: 500_000_000 } }),
        ]);
      }
      if (id === 'quota-error') {
        const violation = { subject: 'caller', description: '100 calls a minute' };
        throw new CallError(status.RESOURCE_EXHAUSTED, 'Too many calls.', [
          errorInfo(domain, 'RATE_LIMITED'),
          detail('QuotaFailure', { violations: [violation] }),
        ]);
      }
    }
  };
}
