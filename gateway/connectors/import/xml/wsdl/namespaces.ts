export const WSDL = 'http://schemas.xmlsoap.org/wsdl/';
export const WSDL_SOAP_11 = 'http://schemas.xmlsoap.org/wsdl/soap/';
export const WSDL_SOAP_12 = 'http://schemas.xmlsoap.org/wsdl/soap12/';
export const WSDL_HTTP = 'http://schemas.xmlsoap.org/wsdl/http/';
export const WSDL_MIME = 'http://schemas.xmlsoap.org/wsdl/mime/';
export const WSDL_20 = 'http://www.w3.org/ns/wsdl';

/** Of messages; SOAP 1.1 section 4 and SOAP 1.2 part 1 section 5. */
export const ENVELOPES = {
  soap11: 'http://schemas.xmlsoap.org/soap/envelope/',
  soap12: 'http://www.w3.org/2003/05/soap-envelope',
} as const;

/** Assertions that no message without keys and signatures can meet (WS-SecurityPolicy). */
export const SIGNING = new Set([
  'AsymmetricBinding',
  'SymmetricBinding',
  'SignedParts',
  'SignedElements',
  'EncryptedParts',
  'EncryptedElements',
  'ContentEncryptedElements',
]);
export const SECURITY_POLICY = /securitypolicy/i;
