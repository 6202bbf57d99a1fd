import { loadProtos } from '../../../common/grpc/protos.ts';

export const protos = loadProtos('products/v1/catalogue.proto');

export const SERVICE_NAME = 'products.v1.CatalogueService';
