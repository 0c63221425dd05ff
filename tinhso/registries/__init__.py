"""Any register of the province, from a schema: records that keep their history.

A register is content of a pack: a JSON Schema, who answers for it, who may read it.
Each record knows two times: from which day to which it holds, and from when to when the
platform knew it so (ISO/IEC 9075:2011, periods). Nothing is overwritten. Shapes are
GeoJSON in WGS 84 (RFC 7946), asked for as OGC API – Features.
"""
