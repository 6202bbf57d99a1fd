import { errorsOf } from '../../../common/grpc/errors.ts';
import { failureOnDemand } from '../../../common/grpc/provoked-errors.ts';

const DOMAIN = 'products.sluice.example';

export const { notFound, rejectIfInvalid } = errorsOf(DOMAIN);

export const failIfAskedTo = failureOnDemand(
  DOMAIN,
  'disk I/O error in /var/lib/products/catalogue.sqlite on 10.0.0.7:5432',
);
