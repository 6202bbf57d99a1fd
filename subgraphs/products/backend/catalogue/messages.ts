/**
 * The messages of protos/products/v1/catalogue.proto as @grpc/proto-loader takes and gives them: camelCase, int64 as
 * strings, enums as numbers, what is absent (or a proto3 default) left out, lists always there.
 */
import type { Struct } from '../../../common/grpc/struct.ts';

export interface FieldMask {
  paths: string[];
}

export interface Timestamp {
  seconds: string;
  nanos?: number;
}

export interface Money {
  /** A decimal number. */
  amount: string;
  /** ISO 4217. */
  currency: string;
}

export interface Category {
  id: string;
  name: string;
  parentId?: string;
  children?: Category[];
}

/** At most one of the three is present. */
export interface Media {
  image?: { url: string; width: number; height: number; altText?: string };
  video?: { url: string; duration: { seconds: string; nanos?: number }; subtitles: string[] };
  document?: { url: string; mediaType: string; pages?: { value: number } };
}

export interface Product extends Media {
  sku: string;
  name: string;
  description?: string;
  price: Money;
  category: Category;
  attributes: Record<string, string>;
  dimensions: Record<string, number>;
  releasedAt: Timestamp;
  warranty?: { seconds: string };
  weightGrams?: { value: number };
  metadata?: Struct;
  /** A ProductStatus, or a number that this version of the .proto does not know. */
  status: number;
  barcode: Uint8Array;
  /** A decimal int64. */
  viewCount: string;
  pieces?: number;
  fragile?: boolean;
  tags: string[];
}

/** A product or, after a read mask, a part of one. */
export type PartialProduct = Partial<Product>;

export interface GetProductRequest {
  sku?: string;
  readMask?: FieldMask;
}

export interface BatchGetProductsRequest {
  skus: string[];
  readMask?: FieldMask;
}

export interface SearchProductsRequest {
  text?: string;
  category?: string;
  pageSize?: number;
  pageToken?: string;
  readMask?: FieldMask;
  afterSku?: string;
}

export interface SearchProductsResponse {
  products: PartialProduct[];
  nextPageToken: string;
  totalSize: number;
}

export interface ListCategoriesRequest {
  root?: string;
}

export interface WatchPriceRequest {
  sku?: string;
}

export interface PriceUpdate {
  sku: string;
  price: Money;
  sequence: number;
  changedAt: Timestamp;
}
