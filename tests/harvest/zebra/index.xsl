<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0"
    xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:m="http://www.loc.gov/MARC21/slim"
    xmlns:z="http://indexdata.com/zebra-2.0">
  <xsl:template match="/m:record">
    <z:record z:id="{m:controlfield[@tag='001']}">
      <z:index name="Local-number:w Local-number:p">
        <xsl:value-of select="m:controlfield[@tag='001']"/>
      </z:index>
      <z:index name="Title:w Title:p">
        <xsl:value-of select="m:datafield[@tag='200']/m:subfield[@code='a'][1]"/>
      </z:index>
      <z:index name="Date/time-last-modified:n">
        <xsl:value-of select="substring(m:controlfield[@tag='005'], 1, 8)"/>
      </z:index>
    </z:record>
  </xsl:template>
</xsl:stylesheet>
