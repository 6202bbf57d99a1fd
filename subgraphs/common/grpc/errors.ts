import { status } from '@grpc/grpc-js';
import { CallError, detail, errorInfo } from './call-error.ts';
import type { Violation } from './call-error.ts';

/** The errors that services have in common. */
interface ServiceErrors {
  readonly notFound: (resourceType: string, resourceName: string) => CallError;
  readonly alreadyExists: (resourceType: string, resourceName: string, reason: string) => CallError;
  /** Throws INVALID_ARGUMENT with all violations, if there are any. */
  readonly rejectIfInvalid: (violations: readonly Violation[]) => void;
}

/** @param domain who defines the reasons of ErrorInfo, such as `users.sluice.example` */
export function errorsOf(domain: string): ServiceErrors {
  return {
    notFound: (resourceType, resourceName) => {
      const message = `There is no ${resourceType} "${resourceName}".`;
      return new CallError(status.NOT_FOUND, message, [
        errorInfo(domain, 'NOT_FOUND', { resource: resourceName }),
        detail('ResourceInfo', { resourceType, resourceName, description: message }),
      ]);
    },
    alreadyExists: (resourceType, resourceName, reason) => {
      const message = `Another ${resourceType} has "${resourceName}" already.`;
      return new CallError(status.ALREADY_EXISTS, message, [
        errorInfo(domain, reason, { resource: resourceName }),
        detail('ResourceInfo', { resourceType, resourceName, description: message }),
      ]);
    },
    rejectIfInvalid: (violations) => {
      if (violations.length === 0) return;
      const message = violations.map(({ field, description }) => `${field}: ${description}`).join(' ');
      throw new CallError(status.INVALID_ARGUMENT, message, [
        errorInfo(domain, 'INVALID_REQUEST', { violations: String(violations.length) }),
        detail('BadRequest', { fieldViolations: violations }),
      ]);
    },
  };
}
